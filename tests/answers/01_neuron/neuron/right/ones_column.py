def neuron(X: Tensor, w: Tensor, b: float | Tensor) -> Tensor:
    X1 = torch.cat([X, torch.ones(len(X), 1, dtype=X.dtype)], dim=1)
    w1 = torch.cat([w, torch.as_tensor(b, dtype=w.dtype).reshape(1)])
    return torch.sigmoid(X1 @ w1)
