def mae(pred, target):
    return (pred - target).abs().mean()
