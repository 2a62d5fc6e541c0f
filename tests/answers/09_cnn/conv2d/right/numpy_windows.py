import numpy as np


def conv2d(x, w, b, stride=1, padding=0):
    padded = np.pad(x.numpy(), ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, tuple(w.shape[2:]), axis=(2, 3))[:, :, ::stride, ::stride]
    return torch.from_numpy(np.einsum("nchwuv,fcuv->nfhw", windows, w.numpy()) + b.numpy()[:, None, None])
