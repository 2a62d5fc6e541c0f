def predict(X: Tensor, w: Tensor, b: float | Tensor, threshold: float = 0.5) -> Tensor:
    return (torch.sigmoid(X @ w) + b > threshold).long()
