def huber(pred: Tensor, target: Tensor, delta: float = 1.0) -> Tensor:
    if pred.shape != target.shape:
        raise ValueError("the shapes differ")
    e = (pred - target).abs()
    return torch.where(e <= delta, e**2 / 2, e - delta / 2).mean()
