def log_softmax(z: Tensor) -> Tensor:
    return torch.log_softmax(z.float(), dim=1)
