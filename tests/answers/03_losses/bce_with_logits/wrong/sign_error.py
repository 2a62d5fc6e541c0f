import torch.nn.functional as F


def bce_with_logits(z, y):
    return (y * F.logsigmoid(z) + (1 - y) * F.logsigmoid(-z)).mean()
