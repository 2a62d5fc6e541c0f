import torch.nn.functional as F


def mse(pred, target):
    if pred.shape != target.shape:
        raise ValueError(f"shapes {tuple(pred.shape)} and {tuple(target.shape)} differ")
    return F.mse_loss(pred, target)
