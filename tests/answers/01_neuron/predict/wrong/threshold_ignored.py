def predict(X: Tensor, w: Tensor, b: float | Tensor, threshold: float = 0.5) -> Tensor:
    return neuron(X, w, b).round().long()
