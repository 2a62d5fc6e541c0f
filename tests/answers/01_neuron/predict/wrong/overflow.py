def predict(X: Tensor, w: Tensor, b: float | Tensor, threshold: float = 0.5) -> Tensor:
    e = torch.exp(X @ w + b)
    return (e / (1 + e) > threshold).long()
