def cross_entropy(logits, target):
    p = logits.softmax(1).clamp(min=1e-9)
    return -p.log()[torch.arange(len(target)), target].mean()
