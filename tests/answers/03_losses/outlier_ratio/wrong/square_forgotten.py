def outlier_ratio(pred: Tensor, target: Tensor) -> float:
    e = (pred - target).abs()
    return (e.max() / e.sum()).item() if e.any() else 0.0
