def mse(pred, target):
    if pred.shape != target.shape:
        raise ValueError(f"shapes {tuple(pred.shape)} and {tuple(target.shape)} differ")
    return ((pred - target) ** 2).sum() / pred.numel()
