def neuron(X: Tensor, w: Tensor, b: float | Tensor) -> Tensor:
    return torch.sigmoid(X @ w.reshape(-1, 1) + b)
