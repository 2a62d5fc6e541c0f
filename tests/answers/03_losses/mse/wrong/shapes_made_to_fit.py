def mse(pred: Tensor, target: Tensor) -> Tensor:
    return ((pred.flatten() - target.flatten()) ** 2).mean()
