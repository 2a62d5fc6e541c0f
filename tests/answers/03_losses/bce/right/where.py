def bce(p: Tensor, y: Tensor) -> Tensor:
    right = torch.where(y == 1, p, 1 - p)
    return -right.clamp(min=1e-7).log().mean()
