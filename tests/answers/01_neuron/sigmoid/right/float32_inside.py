def sigmoid(z: Tensor) -> Tensor:
    return (1 + (-z.float()).exp()) ** -1
