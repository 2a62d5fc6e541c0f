def bce(p, y):
    q = p.clamp(1e-7, 1 - 1e-7)
    return (-(y * q.log() + (1 - y) * (1 - q).log()).mean()).to(p.dtype)
