import torch.nn.functional as F


def huber(pred, target, delta=1.0):
    if pred.shape != target.shape:
        raise ValueError(f"shapes {tuple(pred.shape)} and {tuple(target.shape)} differ")
    return F.huber_loss(pred, target, delta=delta)
