def log_softmax(z: Tensor) -> Tensor:
    return z.log_softmax(-1)
