def outlier_ratio(pred, target):
    squares = sorted(float(e) ** 2 for e in (pred - target).flatten())
    return squares[-1] / sum(squares) if any(squares) else 0.0
