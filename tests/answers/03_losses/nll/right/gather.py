def nll(log_probs: Tensor, target: Tensor) -> Tensor:
    return -log_probs.gather(1, target.unsqueeze(1)).squeeze(1).mean()
