def softmax(z: Tensor) -> Tensor:
    e = torch.exp(z)
    return torch.nan_to_num(e / e.sum(dim=1, keepdim=True))
