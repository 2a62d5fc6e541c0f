def neuron(X: Tensor, w: Tensor, b: float | Tensor) -> Tensor:
    z = X @ w + b
    e = torch.exp(-z.abs())
    return torch.where(z >= 0, 1 / (1 + e), e / (1 + e))
