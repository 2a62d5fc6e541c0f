import numpy as np


def max_pool2d(x, kernel, stride):
    windows = np.lib.stride_tricks.sliding_window_view(x.numpy(), (kernel, kernel), axis=(2, 3))
    return torch.from_numpy(windows[:, :, ::stride, ::stride].max(axis=(4, 5)))
