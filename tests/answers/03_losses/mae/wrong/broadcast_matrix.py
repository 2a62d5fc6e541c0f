def mae(pred: Tensor, target: Tensor) -> Tensor:
    return (pred - target).abs().mean()
