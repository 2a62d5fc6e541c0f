def predict(X: Tensor, w: Tensor, b: float | Tensor, threshold: float = 0.5) -> Tensor:
    p = torch.sigmoid(X @ w + b)
    return torch.where(p > threshold, 1, 0)
