def predict(X: Tensor, w: Tensor, b: float | Tensor, threshold: float = 0.5) -> Tensor:
    return (torch.sigmoid(X.double() @ w.double() + b) > threshold).long()
