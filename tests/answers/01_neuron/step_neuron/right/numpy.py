import numpy as np


def step_neuron(x: Tensor, w: Tensor, b: float | Tensor) -> int:
    return int(np.dot(x.numpy(), w.numpy()) + float(b) > 0)
