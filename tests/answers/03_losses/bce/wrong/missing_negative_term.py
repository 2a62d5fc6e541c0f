def bce(p: Tensor, y: Tensor) -> Tensor:
    p = p.clamp(1e-7, 1 - 1e-7)
    return -(y * torch.log(p)).mean()
