def bce(p: Tensor, y: Tensor) -> Tensor:
    losses = torch.empty_like(p)
    losses[y == 1] = -torch.log(p[y == 1].clamp(min=1e-9))
    losses[y == 0] = -torch.log((1 - p[y == 0]).clamp(min=1e-9))
    return losses.mean()
