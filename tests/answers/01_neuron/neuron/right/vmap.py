def neuron(X: Tensor, w: Tensor, b: float | Tensor) -> Tensor:
    return torch.vmap(lambda x: torch.sigmoid(torch.dot(x, w) + b))(X)
