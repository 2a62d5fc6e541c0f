def neuron(X: Tensor, w: Tensor, b: float | Tensor) -> Tensor:
    z = torch.zeros(len(X), dtype=X.dtype)
    for d in range(X.shape[1]):
        z += X[:, d] * w[d]
    return 1 / (1 + torch.exp(-(z + b)))
