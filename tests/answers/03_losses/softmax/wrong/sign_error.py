def softmax(z: Tensor) -> Tensor:
    return torch.softmax(-z, dim=1)
