def mse(pred: Tensor, target: Tensor) -> Tensor:
    return ((pred - target) ** 2).mean()
