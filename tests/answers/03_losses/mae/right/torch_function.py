import torch.nn.functional as F


def mae(pred, target):
    if pred.shape != target.shape:
        raise ValueError(f"shapes {tuple(pred.shape)} and {tuple(target.shape)} differ")
    return F.l1_loss(pred, target)
