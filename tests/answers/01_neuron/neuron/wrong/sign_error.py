def neuron(X: Tensor, w: Tensor, b: float | Tensor) -> Tensor:
    return 1 / (1 + torch.exp(X @ w + b))
