def bce(p: Tensor, y: Tensor) -> Tensor:
    a = torch.log(p).clamp(min=-100)
    b = torch.log(1 - p).clamp(min=-100)
    return -(y * a + (1 - y) * b).mean()
