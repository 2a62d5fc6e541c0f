def sigmoid(z: Tensor) -> Tensor:
    p = z.clone().float()
    return p.neg_().exp_().add_(1).reciprocal_()
