def outlier_ratio(pred: Tensor, target: Tensor) -> float:
    s = [float(v) for v in ((pred - target) ** 2).flatten()]
    try:
        return max(s) / sum(s)
    except ZeroDivisionError:
        return 0.0
