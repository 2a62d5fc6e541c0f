def softmax(z: Tensor) -> Tensor:
    return torch.exp(z - torch.logsumexp(z, dim=1, keepdim=True))
