def predict(X: Tensor, w: Tensor, b: float | Tensor, threshold: float = 0.5) -> Tensor:
    p = torch.sigmoid((X * w).sum(1) + b)
    return torch.where(p > threshold, torch.ones_like(p), torch.zeros_like(p)).long()
