def neuron(X: Tensor, w: Tensor, b: float | Tensor) -> Tensor:
    e = torch.exp(X @ w + b)
    return e / (1 + e)
