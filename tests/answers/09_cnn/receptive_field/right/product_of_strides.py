import math


def receptive_field(layers):
    return 1 + sum(
        layer[3] * (layer[0] - 1) * math.prod(other[1] for other in layers[:n]) for n, layer in enumerate(layers)
    )
