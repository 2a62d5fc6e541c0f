def bce(p, y):
    return -(y * p.log() + (1 - y) * (1 - p).log()).mean()
