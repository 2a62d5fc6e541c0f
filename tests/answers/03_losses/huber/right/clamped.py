def huber(pred: Tensor, target: Tensor, delta: float = 1.0) -> Tensor:
    if pred.shape != target.shape:
        raise ValueError(f"{tuple(pred.shape)} against {tuple(target.shape)}")
    e = (pred - target).abs()
    q = e.clamp(max=delta)
    return (0.5 * q**2 + delta * (e - q)).mean()
