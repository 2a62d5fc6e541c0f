def outlier_ratio(pred, target):
    squares = (pred - target) ** 2
    return (squares.max() / squares.mean()).item() if squares.any() else 0.0
