def predict(X: Tensor, w: Tensor, b: float | Tensor, threshold: float = 0.5) -> Tensor:
    return 1 * (neuron(X, w, b) > threshold)
