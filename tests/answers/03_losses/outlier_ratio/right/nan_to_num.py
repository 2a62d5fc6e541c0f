def outlier_ratio(pred: Tensor, target: Tensor) -> float:
    s = (pred - target) ** 2
    return torch.nan_to_num(s / s.sum(), nan=0.0).max().item()
