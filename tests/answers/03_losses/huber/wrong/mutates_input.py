def huber(pred: Tensor, target: Tensor, delta: float = 1.0) -> Tensor:
    if pred.shape != target.shape:
        raise ValueError("the shapes differ")
    pred -= target
    size = pred.abs_()
    return torch.where(size <= delta, size**2 / 2, delta * (size - delta / 2)).mean()
