import torch.nn.functional as F


def huber(pred: Tensor, target: Tensor, delta: float = 1.0) -> Tensor:
    if pred.shape != target.shape:
        raise ValueError(f"{tuple(pred.shape)} against {tuple(target.shape)}")
    return F.huber_loss(pred, target, delta=delta)
