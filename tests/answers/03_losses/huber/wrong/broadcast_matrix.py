def huber(pred: Tensor, target: Tensor, delta: float = 1.0) -> Tensor:
    if pred.dim() != target.dim() or len(pred) != len(target):
        raise ValueError("the shapes differ")
    e = (pred - target).abs()
    return torch.where(e <= delta, 0.5 * e**2, delta * (e - 0.5 * delta)).mean()
