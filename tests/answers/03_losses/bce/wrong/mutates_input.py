def bce(p: Tensor, y: Tensor) -> Tensor:
    p.clamp_(1e-7, 1 - 1e-7)
    return -(y * p.log() + (1 - y) * (1 - p).log()).mean()
