def bce(p, y):
    q = p.clamp(1e-7, 1 - 1e-7)
    return -((1 - y) * q.log() + y * (1 - q).log()).mean()
