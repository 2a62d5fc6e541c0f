def cross_entropy(logits, target):
    return nll(log_softmax(logits), target)
