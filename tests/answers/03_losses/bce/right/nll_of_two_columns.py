def bce(p: Tensor, y: Tensor) -> Tensor:
    log_probs = torch.stack([1 - p, p], dim=1).clamp(min=1e-10).log()
    return -log_probs[torch.arange(len(y)), y.long()].mean()
