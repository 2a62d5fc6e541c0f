def bce(p: Tensor, y: Tensor) -> Tensor:
    p = p.clamp(1e-10, 1 - 1e-10)
    return -(y * torch.log(p) + (1 - y) * torch.log(1 - p)).mean()
