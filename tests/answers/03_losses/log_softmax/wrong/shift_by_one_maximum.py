def log_softmax(z: Tensor) -> Tensor:
    s = z - z.max()
    return s - torch.log(torch.exp(s).sum(dim=1, keepdim=True))
