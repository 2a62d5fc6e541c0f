def bce_with_logits(z: Tensor, y: Tensor) -> Tensor:
    return -(y * torch.log(z) + (1 - y) * torch.log(1 - z)).mean()
