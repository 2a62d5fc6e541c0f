def sigmoid(z: Tensor) -> Tensor:
    e = torch.exp(-z.abs())
    return torch.where(z >= 0, 1 / (1 + e), e / (1 + e))
