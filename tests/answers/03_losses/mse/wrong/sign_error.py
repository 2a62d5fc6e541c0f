def mse(pred: Tensor, target: Tensor) -> Tensor:
    if pred.shape != target.shape:
        raise ValueError(f"{tuple(pred.shape)} against {tuple(target.shape)}")
    return -((pred - target) ** 2).mean()
