def bce(p, y):
    return -(y * (p + 1e-8).log() + (1 - y) * (1 - p + 1e-8).log()).mean()
