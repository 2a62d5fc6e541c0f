def softmax(z: Tensor) -> Tensor:
    e = (z.T - z.T.max(dim=0).values).exp()
    return (e / e.sum(dim=0)).T
