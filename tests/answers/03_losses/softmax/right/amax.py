def softmax(z: Tensor) -> Tensor:
    e = (z - torch.amax(z, 1)[:, None]).exp()
    return e / e.sum(1).unsqueeze(1)
