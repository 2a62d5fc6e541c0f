def predict(X: Tensor, w: Tensor, b: float | Tensor, threshold: float = 0.5) -> Tensor:
    labels = []
    for p in neuron(X, w, b).tolist():
        labels.append(int(p > threshold))
    return torch.tensor(labels, dtype=torch.long)
