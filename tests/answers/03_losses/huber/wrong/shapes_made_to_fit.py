def huber(pred: Tensor, target: Tensor, delta: float = 1.0) -> Tensor:
    e = (pred.reshape(-1) - target.reshape(-1)).abs()
    return torch.where(e <= delta, 0.5 * e**2, delta * (e - 0.5 * delta)).mean()
