def neuron(X: Tensor, w: Tensor, b: float | Tensor) -> Tensor:
    z = X @ w.reshape(-1, 1) + b
    return torch.sigmoid(z)[:, 0]
