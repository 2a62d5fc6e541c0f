def sigmoid(z: Tensor) -> Tensor:
    return torch.reciprocal(1.0 + z.double().neg().exp())
