def sigmoid(z: Tensor) -> Tensor:
    return torch.tanh(z)
