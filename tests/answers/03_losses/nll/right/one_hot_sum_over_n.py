def nll(log_probs: Tensor, target: Tensor) -> Tensor:
    n, c = log_probs.shape
    return -(torch.eye(c)[target] * log_probs).sum() / n
