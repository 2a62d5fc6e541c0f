def outlier_ratio(pred, target):
    squares = (pred - target) ** 2
    total = squares.sum().item()
    return squares.max().item() / total if total else 0.0
