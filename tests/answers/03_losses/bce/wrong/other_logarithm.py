def bce(p: Tensor, y: Tensor) -> Tensor:
    p = p.clamp(1e-7, 1 - 1e-7)
    return -(y * p.log2() + (1 - y) * (1 - p).log2()).mean()
