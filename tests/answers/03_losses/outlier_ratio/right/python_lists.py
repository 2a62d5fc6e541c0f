def outlier_ratio(pred: Tensor, target: Tensor) -> float:
    errors = [e * e for e in (pred - target).flatten().tolist()]
    return max(errors) / sum(errors) if any(errors) else 0.0
