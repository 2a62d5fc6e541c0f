import math


def n_params(model):
    return sum(math.prod(p.shape) for p in model.parameters())
