def nll(log_probs: Tensor, target: Tensor) -> Tensor:
    total = 0
    for i in range(len(target)):
        total = total - log_probs[i, target[i]]
    return total / len(target)
