def bce(p: Tensor, y: Tensor) -> Tensor:
    eps = 1e-7
    p = torch.clip(p, min=eps, max=1 - eps)
    return -(y * torch.log(p) + (1 - y) * torch.log(1 - p)).mean()
