def outlier_ratio(pred, target):
    squares = (pred - target) ** 2
    return (squares.max() / squares.sum()).item()
