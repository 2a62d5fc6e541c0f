def huber(pred: Tensor, target: Tensor, delta: float = 1.0) -> Tensor:
    if pred.shape != target.shape:
        raise ValueError(f"{tuple(pred.shape)} against {tuple(target.shape)}")
    e = pred - target
    return torch.where(e.abs() < delta, e * e / 2, delta * e.abs() - delta**2 / 2).mean()
