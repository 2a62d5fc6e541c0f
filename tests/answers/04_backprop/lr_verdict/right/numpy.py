import numpy as np


def lr_verdict(history):
    losses = np.asarray(history)
    with np.errstate(all="ignore"):
        if not np.isfinite(losses).all() or losses[-1] > losses[0]:
            return "too_large"
    return ("good", "too_small")[int(losses[-1] > losses[0] / 2)]
