def neuron(X: Tensor, w: Tensor, b: float | Tensor) -> Tensor:
    return torch.stack([torch.sigmoid(x @ w + b) for x in X])
