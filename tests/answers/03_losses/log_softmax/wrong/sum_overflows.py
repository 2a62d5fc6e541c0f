def log_softmax(z: Tensor) -> Tensor:
    return z - torch.log(torch.exp(z).sum(dim=1, keepdim=True))
