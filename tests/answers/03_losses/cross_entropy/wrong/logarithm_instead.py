def cross_entropy(logits, target):
    return -logits.softmax(1)[torch.arange(len(target)), target].mean()
