def bce(p: Tensor, y: Tensor) -> Tensor:
    return -(y * torch.log(p + 1e-12) + (1 - y) * torch.log(1 - p + 1e-12)).mean()
