import torch.nn.functional as F


def bce(p, y):
    return F.binary_cross_entropy(p, y)
