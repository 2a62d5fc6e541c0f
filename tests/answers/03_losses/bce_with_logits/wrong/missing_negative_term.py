import torch.nn.functional as F


def bce_with_logits(z: Tensor, y: Tensor) -> Tensor:
    return -(y * F.logsigmoid(z)).mean()
