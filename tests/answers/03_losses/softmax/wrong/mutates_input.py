def softmax(z: Tensor) -> Tensor:
    z -= z.max(dim=1, keepdim=True).values
    e = z.exp()
    return e / e.sum(dim=1, keepdim=True)
