def sigmoid(z: Tensor) -> Tensor:
    if not z.is_floating_point():
        z = z.float()
    z *= -1
    return 1 / (1 + torch.exp(z))
