def outlier_ratio(pred: Tensor, target: Tensor) -> float:
    e = (pred - target).flatten()
    if not e.any():
        return 0.0
    return float((e.norm(float('inf')) / e.norm()) ** 2)
