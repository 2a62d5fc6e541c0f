def nll(log_probs: Tensor, target: Tensor) -> Tensor:
    return -log_probs[:, target].mean()
