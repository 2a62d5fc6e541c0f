def neuron(X: Tensor, w: Tensor, b: float | Tensor) -> Tensor:
    X = X.float()
    X *= w
    return torch.sigmoid(X.sum(1) + b)
