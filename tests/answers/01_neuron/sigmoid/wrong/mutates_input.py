def sigmoid(z: Tensor) -> Tensor:
    z = z.double()
    return z.neg_().exp_().add_(1).reciprocal_()
