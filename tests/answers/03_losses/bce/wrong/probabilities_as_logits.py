import torch.nn.functional as F


def bce(p: Tensor, y: Tensor) -> Tensor:
    return F.binary_cross_entropy_with_logits(p, y)
