def neuron(X: Tensor, w: Tensor, b: float | Tensor) -> Tensor:
    return torch.sigmoid(X @ w.unsqueeze(1) + b).squeeze(1)
