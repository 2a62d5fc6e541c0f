def softmax(z: Tensor) -> Tensor:
    return torch.softmax(z.float(), dim=1)
