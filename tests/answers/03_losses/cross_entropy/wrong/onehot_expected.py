def cross_entropy(logits, target):
    return -(target * logits.log_softmax(1)).sum(1).mean()
