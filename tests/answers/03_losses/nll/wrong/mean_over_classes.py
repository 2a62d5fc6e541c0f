import torch.nn.functional as F


def nll(log_probs, target):
    onehot = F.one_hot(target, log_probs.shape[1])
    return -(onehot * log_probs).mean()
