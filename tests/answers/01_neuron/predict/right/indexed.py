def predict(X: Tensor, w: Tensor, b: float | Tensor, threshold: float = 0.5) -> Tensor:
    p = neuron(X, w, b)
    labels = torch.zeros(len(p), dtype=torch.int64)
    labels[p > threshold] = 1
    return labels
