def huber(pred: Tensor, target: Tensor, delta: float = 1.0) -> Tensor:
    if pred.shape != target.shape:
        raise ValueError(f"{tuple(pred.shape)} against {tuple(target.shape)}")
    e = (pred - target).abs()
    near = (e <= delta).to(e.dtype)
    return (near * 0.5 * e**2 + (1 - near) * delta * (e - 0.5 * delta)).mean()
