def huber(pred, target, delta=1.0):
    e = (pred - target).abs()
    return torch.where(e <= delta, e**2 / 2, delta * (e - delta / 2)).mean()
