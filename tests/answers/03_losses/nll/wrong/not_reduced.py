def nll(log_probs: Tensor, target: Tensor) -> Tensor:
    return -log_probs.gather(1, target[:, None]).mean(dim=0)
