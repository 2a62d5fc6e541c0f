def outlier_ratio(pred: Tensor, target: Tensor) -> float:
    s = (pred - target) ** 2
    return (s.max() / s.mean()).item() if s.any() else 0.0
