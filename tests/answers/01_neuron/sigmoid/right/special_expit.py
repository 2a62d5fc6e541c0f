def sigmoid(z: Tensor) -> Tensor:
    return torch.special.expit(z)
