import torch.nn.functional as F


def cross_entropy(logits, target):
    onehot = F.one_hot(target, logits.shape[1])
    return -(onehot * logits.log_softmax(1)).mean()
