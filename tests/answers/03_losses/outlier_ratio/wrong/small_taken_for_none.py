def outlier_ratio(pred: Tensor, target: Tensor) -> float:
    squares = (pred - target) ** 2
    return float(squares.max() / squares.sum()) if squares.sum() > 1e-4 else 0.0
