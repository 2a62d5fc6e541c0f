def bce(p: Tensor, y: Tensor) -> Tensor:
    p = p.clamp(1e-7, 1 - 1e-7)
    return -((1 - y) * torch.log(p) + y * torch.log(1 - p)).mean()
