import numpy as np


def numeric_grad(f, x, h=1e-5):
    grad = np.zeros(tuple(x.shape))
    for index in np.ndindex(*x.shape):
        step = np.zeros(tuple(x.shape))
        step[index] = h
        step = torch.from_numpy(step)
        grad[index] = (float(f(x + step)) - float(f(x - step))) / (2 * h)
    return torch.as_tensor(grad)
