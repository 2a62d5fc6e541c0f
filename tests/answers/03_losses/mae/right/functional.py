import torch.nn.functional as F


def mae(pred: Tensor, target: Tensor) -> Tensor:
    if pred.shape != target.shape:
        raise ValueError(f"{tuple(pred.shape)} against {tuple(target.shape)}")
    return F.l1_loss(pred, target)
