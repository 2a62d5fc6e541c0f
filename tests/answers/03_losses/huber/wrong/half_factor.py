def huber(pred, target, delta=1.0):
    if pred.shape != target.shape:
        raise ValueError(f"shapes {tuple(pred.shape)} and {tuple(target.shape)} differ")
    e = (pred - target).abs()
    return torch.where(e <= delta, e**2, delta * (e - delta / 2)).mean()
