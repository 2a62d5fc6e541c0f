def predict(X: Tensor, w: Tensor, b: float | Tensor, threshold: float = 0.5) -> Tensor:
    if neuron(X, w, b) > threshold:
        return torch.tensor([1])
    return torch.tensor([0])
