def huber(pred: Tensor, target: Tensor, delta: float = 1.0) -> Tensor:
    if pred.shape != target.shape:
        raise ValueError(f"{tuple(pred.shape)} against {tuple(target.shape)}")
    e = (pred - target).abs()
    return torch.where(e <= delta, 0.5 * e**2, delta * (e - 0.5 * delta)).sum()
