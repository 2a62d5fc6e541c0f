def mse(pred: Tensor, target: Tensor) -> Tensor:
    if pred.numel() != target.numel():
        raise ValueError("the shapes differ")
    return ((pred.flatten() - target.flatten()) ** 2).mean()
