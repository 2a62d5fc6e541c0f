def neuron(X: Tensor, w: Tensor, b: float | Tensor) -> Tensor:
    X *= w
    return torch.sigmoid(X.sum(1) + b)
