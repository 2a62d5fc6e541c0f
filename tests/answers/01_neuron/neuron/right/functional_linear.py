def neuron(X: Tensor, w: Tensor, b: float | Tensor) -> Tensor:
    return torch.sigmoid(torch.nn.functional.linear(X, w) + b)
