def nll(log_probs: Tensor, target: Tensor) -> Tensor:
    return -(log_probs * target).sum(dim=1).mean()
