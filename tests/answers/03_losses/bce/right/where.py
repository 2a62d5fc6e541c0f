def bce(p, y):
    return -torch.where(y == 1, p, 1 - p).clamp(min=1e-10).log().mean()
