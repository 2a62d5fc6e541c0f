def neuron(X: Tensor, w: Tensor, b: float | Tensor) -> Tensor:
    return torch.tanh(X @ w + b)
