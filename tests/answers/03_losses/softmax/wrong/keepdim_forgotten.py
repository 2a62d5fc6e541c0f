def softmax(z: Tensor) -> Tensor:
    e = torch.exp(z - z.max())
    return e / e.sum(dim=1)
