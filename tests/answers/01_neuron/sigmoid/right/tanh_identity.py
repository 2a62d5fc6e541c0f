def sigmoid(z: Tensor) -> Tensor:
    return 0.5 * (1 + torch.tanh(z / 2))
