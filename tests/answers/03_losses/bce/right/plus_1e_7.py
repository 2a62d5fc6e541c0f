def bce(p: Tensor, y: Tensor) -> Tensor:
    return -(y * torch.log(p + 1e-7) + (1 - y) * torch.log(1 - p + 1e-7)).mean()
