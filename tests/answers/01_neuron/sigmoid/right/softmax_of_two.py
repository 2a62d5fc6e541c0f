def sigmoid(z: Tensor) -> Tensor:
    z = z.float()
    return torch.softmax(torch.stack([torch.zeros_like(z), z]), dim=0)[1]
