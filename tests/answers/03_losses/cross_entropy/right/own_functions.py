def cross_entropy(logits: Tensor, target: Tensor) -> Tensor:
    return nll(log_softmax(logits), target)
