def outlier_ratio(pred, target):
    squares = (pred - target).square()
    if squares.max() == 0:
        return 0.0
    return float(squares.max() / squares.sum())
