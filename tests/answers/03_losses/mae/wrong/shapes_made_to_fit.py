def mae(pred: Tensor, target: Tensor) -> Tensor:
    if pred.dim() != target.dim():
        raise ValueError("the shapes differ")
    n = min(len(pred), len(target))
    return (pred[:n] - target[:n]).abs().mean()
