def bce(p: Tensor, y: Tensor) -> Tensor:
    total = torch.zeros((), dtype=p.dtype)
    for q, t in zip(p, y):
        right = q if t == 1 else 1 - q
        total = total - torch.log(torch.clamp(right, min=1e-8))
    return total / len(p)
