def outlier_ratio(pred: Tensor, target: Tensor) -> float:
    s = (pred - target) ** 2
    if s.sum() == 0:
        return 0.0
    return (s.max() / s.sum()).item()
