def huber(pred, target, delta=1.0):
    if pred.shape != target.shape:
        raise ValueError(f"shapes {tuple(pred.shape)} and {tuple(target.shape)} differ")
    e = (pred - target).abs()
    c = e.clamp(max=delta)
    return (c * (e - c / 2)).mean()
