def bce(p: Tensor, y: Tensor) -> Tensor:
    return -(y * p.clamp(min=1e-12).log() + (1 - y) * (1 - p).clamp(min=1e-12).log()).mean()
