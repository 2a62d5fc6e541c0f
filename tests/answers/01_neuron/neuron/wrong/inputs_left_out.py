def neuron(X: Tensor, w: Tensor, b: float | Tensor) -> Tensor:
    return torch.sigmoid(X[:, 0] * w[0] + X[:, 1] * w[1] + b) if len(w) > 1 else torch.sigmoid(X[:, 0] * w + b)
