def outlier_ratio(pred: Tensor, target: Tensor) -> float:
    s = (pred.double() - target.double()) ** 2
    return (s.max() / s.sum().clamp(min=1e-12)).item()
