def mse(pred, target):
    if pred.shape != target.shape:
        raise ValueError(f"shapes {tuple(pred.shape)} and {tuple(target.shape)} differ")
    total = torch.zeros((), dtype=pred.dtype)
    for p, t in zip(pred.flatten(), target.flatten()):
        total = total + (p - t) ** 2
    return total / pred.numel()
