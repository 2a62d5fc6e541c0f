def predict(X: Tensor, w: Tensor, b: float | Tensor, threshold: float = 0.5) -> Tensor:
    X = X.float()
    X *= w
    return (torch.sigmoid(X.sum(1) + b) > threshold).long()
