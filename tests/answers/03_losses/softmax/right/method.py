def softmax(z: Tensor) -> Tensor:
    return z.softmax(dim=-1)
