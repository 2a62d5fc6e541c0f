def bce(p: Tensor, y: Tensor) -> Tensor:
    q = p.double().clamp(1e-12, 1 - 1e-12)
    return -(torch.xlogy(y, q) + torch.special.xlog1py(1 - y, -q)).mean().to(p.dtype)
