def log_softmax(z: Tensor) -> Tensor:
    return torch.nn.LogSoftmax(dim=1)(z)
