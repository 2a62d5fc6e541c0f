def outlier_ratio(pred: Tensor, target: Tensor) -> float:
    squares = pred.sub_(target).square()
    return float(squares.max() / squares.sum()) if squares.any() else 0.0
