def cross_entropy(logits, target):
    return -logits.log()[torch.arange(len(target)), target].mean()
