def huber(pred: Tensor, target: Tensor, delta: float = 1.0) -> Tensor:
    if pred.shape != target.shape:
        raise ValueError("the shapes differ")
    e = (pred - target).abs()
    if (e <= delta).all():
        return (e**2 / 2).mean()
    return (delta * (e - delta / 2)).mean()
