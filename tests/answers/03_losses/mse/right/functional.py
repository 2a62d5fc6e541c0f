import torch.nn.functional as F


def mse(pred: Tensor, target: Tensor) -> Tensor:
    if pred.shape != target.shape:
        raise ValueError(f"{tuple(pred.shape)} against {tuple(target.shape)}")
    return F.mse_loss(pred, target)
