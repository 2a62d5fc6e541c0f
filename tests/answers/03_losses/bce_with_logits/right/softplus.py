import torch.nn.functional as F


def bce_with_logits(z: Tensor, y: Tensor) -> Tensor:
    return (F.softplus(z) - y * z).mean()
