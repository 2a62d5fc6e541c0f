def outlier_ratio(pred: Tensor, target: Tensor) -> float:
    s = (pred - target).pow(2)
    total = float(s.sum())
    return float(s.max()) / total if total > 0 else 0.0
