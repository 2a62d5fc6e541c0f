def neuron(X: Tensor, w: Tensor, b: float | Tensor) -> Tensor:
    return torch.mv(X, w).add(b).sigmoid()
