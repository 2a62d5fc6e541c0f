def huber(pred: Tensor, target: Tensor, delta: float = 1.0) -> Tensor:
    if pred.shape != target.shape:
        raise ValueError(f"{tuple(pred.shape)} against {tuple(target.shape)}")
    e = (pred - target).abs()
    near = e[e <= delta]
    far = e[e > delta]
    return ((near**2).sum() / 2 + (delta * (far - delta / 2)).sum()) / e.numel()
