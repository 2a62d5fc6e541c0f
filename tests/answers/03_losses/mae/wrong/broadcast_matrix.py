def mae(pred: Tensor, target: Tensor) -> Tensor:
    if pred.dim() != target.dim() or pred.numel() != target.numel():
        raise ValueError("the shapes differ")
    return (pred - target).abs().mean()
