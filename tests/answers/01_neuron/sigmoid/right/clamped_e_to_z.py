def sigmoid(z: Tensor) -> Tensor:
    z = z.clamp(-80, 80)
    return torch.exp(z) / (1 + torch.exp(z))
