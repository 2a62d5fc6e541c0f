def huber(pred: Tensor, target: Tensor, delta: float = 1.0) -> Tensor:
    if pred.shape != target.shape:
        raise ValueError(f"{tuple(pred.shape)} against {tuple(target.shape)}")
    e = (pred - target).abs()
    out = 0.5 * e**2
    far = e > delta
    out[far] = delta * (e[far] - 0.5 * delta)
    return out.mean()
