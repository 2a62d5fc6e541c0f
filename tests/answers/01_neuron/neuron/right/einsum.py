def neuron(X: Tensor, w: Tensor, b: float | Tensor) -> Tensor:
    return torch.sigmoid(torch.einsum("nd,d->n", X, w) + b)
