def mse(pred: Tensor, target: Tensor) -> Tensor:
    if pred.shape != target.shape:
        raise ValueError("the shapes differ")
    return (pred - target).mean() ** 2
