def neuron(X: Tensor, w: Tensor, b: float | Tensor) -> Tensor:
    return sigmoid(X @ w + b)
