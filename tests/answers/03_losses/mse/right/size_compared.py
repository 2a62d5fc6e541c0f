def mse(pred: Tensor, target: Tensor) -> Tensor:
    if pred.size() == target.size():
        return (pred - target).pow(2).mean()
    raise ValueError("the shapes differ")
