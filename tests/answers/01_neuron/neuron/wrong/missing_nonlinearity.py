def neuron(X: Tensor, w: Tensor, b: float | Tensor) -> Tensor:
    return X @ w + b
