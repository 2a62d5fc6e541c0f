def outlier_ratio(pred: Tensor, target: Tensor) -> float:
    s = ((pred - target) ** 2).flatten().sort(descending=True).values
    return float(s[0] / s.sum()) if s[0] > 0 else 0.0
