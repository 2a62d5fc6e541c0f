import torch.nn.functional as F


def linear_forward(X, W, b):
    return F.linear(X, W, b), (X, W, b)
