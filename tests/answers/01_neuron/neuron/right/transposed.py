def neuron(X: Tensor, w: Tensor, b: float | Tensor) -> Tensor:
    return torch.sigmoid(w @ X.T + b)
