def sigmoid(z: Tensor) -> Tensor:
    return 1 / (1 + torch.exp(-z.clamp(-10, 10)))
