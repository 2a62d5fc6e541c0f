def outlier_ratio(pred: Tensor, target: Tensor) -> float:
    squares = (pred - target) ** 2
    rest = squares.sum() - squares.max()
    return float(squares.max() / rest) if rest > 0 else 0.0
