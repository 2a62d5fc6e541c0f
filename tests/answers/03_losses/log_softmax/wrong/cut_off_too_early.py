def log_softmax(z: Tensor) -> Tensor:
    z = z.clamp(-80, 80)
    return z - z.exp().sum(dim=1, keepdim=True).log()
