import itertools
import operator


def receptive_field(layers):
    steps = [1, *itertools.accumulate((layer[1] for layer in layers), operator.mul)]
    return 1 + sum(d * (k - 1) * step for (k, _, _, d), step in zip(layers, steps))
