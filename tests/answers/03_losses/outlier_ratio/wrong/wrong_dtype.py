def outlier_ratio(pred: Tensor, target: Tensor) -> float:
    s = (pred - target) ** 2
    return s.max() / s.sum() if s.any() else torch.tensor(0.0)
