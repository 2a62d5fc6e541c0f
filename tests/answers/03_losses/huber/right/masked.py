def huber(pred, target, delta=1.0):
    if pred.shape != target.shape:
        raise ValueError(f"shapes {tuple(pred.shape)} and {tuple(target.shape)} differ")
    e = pred - target
    small = e.abs() < delta
    total = (0.5 * e[small] ** 2).sum() + (delta * (e[~small].abs() - 0.5 * delta)).sum()
    return total / e.numel()
