def huber(pred: Tensor, target: Tensor, delta: float = 1.0) -> Tensor:
    if pred.shape != target.shape:
        raise ValueError(f"{tuple(pred.shape)} against {tuple(target.shape)}")
    total = torch.zeros((), dtype=pred.dtype)
    for e in (pred - target).abs().flatten():
        total += e**2 / 2 if e <= delta else delta * (e - delta / 2)
    return total / pred.numel()
