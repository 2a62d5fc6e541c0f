def softmax(z: Tensor) -> Tensor:
    return torch.sigmoid(z)
