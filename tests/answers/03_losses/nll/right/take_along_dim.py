def nll(log_probs: Tensor, target: Tensor) -> Tensor:
    return log_probs.take_along_dim(target[:, None], dim=1).neg().mean()
