def sigmoid(z: Tensor) -> Tensor:
    return torch.nn.Sigmoid()(z)
