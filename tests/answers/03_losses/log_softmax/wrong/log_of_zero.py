def log_softmax(z: Tensor) -> Tensor:
    return torch.log(torch.softmax(z, dim=1))
