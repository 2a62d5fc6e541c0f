def mse(pred: Tensor, target: Tensor) -> Tensor:
    if pred.shape != target.shape:
        raise ValueError("the shapes differ")
    pred -= target
    return (pred**2).mean()
