def nll(log_probs: Tensor, target: Tensor) -> Tensor:
    return -(target * log_probs).sum(dim=1).mean()
