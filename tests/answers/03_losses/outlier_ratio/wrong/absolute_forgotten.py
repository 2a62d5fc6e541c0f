def outlier_ratio(pred: Tensor, target: Tensor) -> float:
    e = pred - target
    return (e.max() ** 2 / (e**2).sum()).item() if e.any() else 0.0
