def log_softmax(z: Tensor) -> Tensor:
    e = torch.exp(z)
    return torch.log(e / e.sum(dim=1, keepdim=True))
