def bce(p, y):
    q = p.double().clamp(1e-12, 1 - 1e-12)
    return (-(y * q.log() + (1 - y) * (1 - q).log()).mean()).to(p.dtype)
