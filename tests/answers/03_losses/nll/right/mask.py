def nll(log_probs: Tensor, target: Tensor) -> Tensor:
    mask = torch.arange(log_probs.shape[1]) == target[:, None]
    return -log_probs[mask].mean()
