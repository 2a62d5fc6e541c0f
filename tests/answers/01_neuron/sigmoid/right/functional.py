def sigmoid(z: Tensor) -> Tensor:
    return torch.nn.functional.sigmoid(z)
