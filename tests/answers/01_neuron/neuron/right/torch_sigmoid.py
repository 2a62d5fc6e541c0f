def neuron(X: Tensor, w: Tensor, b: float | Tensor) -> Tensor:
    return torch.sigmoid(torch.matmul(X, w) + b)
