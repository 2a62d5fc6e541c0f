def sigmoid(z: Tensor) -> Tensor:
    return torch.exp(z) / (1 + torch.exp(z))
