def softmax(z: Tensor) -> Tensor:
    return z / z.sum(dim=1, keepdim=True)
