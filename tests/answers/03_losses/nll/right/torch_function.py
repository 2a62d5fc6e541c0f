import torch.nn.functional as F


def nll(log_probs, target):
    return F.nll_loss(log_probs, target)
