def nll(log_probs: Tensor, target: Tensor) -> Tensor:
    return -log_probs.exp()[torch.arange(len(target)), target].mean()
