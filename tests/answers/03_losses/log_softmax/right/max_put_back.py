def log_softmax(z: Tensor) -> Tensor:
    m = z.max(dim=1, keepdim=True).values
    return z - (m + torch.log(torch.exp(z - m).sum(dim=1, keepdim=True)))
