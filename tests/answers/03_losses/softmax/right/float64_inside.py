def softmax(z: Tensor) -> Tensor:
    e = (z.double() - z.double().max(1, keepdim=True)[0]).exp()
    return (e / e.sum(1, keepdim=True)).to(z.dtype)
