def cross_entropy(logits, target):
    return -logits.log_softmax(1)[torch.arange(len(target)), target].mean()
