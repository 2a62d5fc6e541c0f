def bce(p: Tensor, y: Tensor) -> Tensor:
    p = p.clamp(1e-8, 1 - 1e-8)
    return -(y * torch.log(p) + (1 - y) * torch.log(1 - p)).mean()
