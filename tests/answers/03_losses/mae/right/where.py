def mae(pred, target):
    if pred.shape != target.shape:
        raise ValueError(f"shapes {tuple(pred.shape)} and {tuple(target.shape)} differ")
    e = pred - target
    return torch.where(e > 0, e, -e).sum() / e.numel()
