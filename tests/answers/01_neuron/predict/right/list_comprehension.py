def predict(X: Tensor, w: Tensor, b: float | Tensor, threshold: float = 0.5) -> Tensor:
    return torch.tensor([1 if p > threshold else 0 for p in neuron(X, w, b)])
