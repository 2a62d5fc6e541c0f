def sigmoid(z: Tensor) -> Tensor:
    return torch.sigmoid(z)
