import torch.nn.functional as F


def softmax_ce_grad(logits, target):
    onehot = F.one_hot(target, logits.shape[1])
    return (logits.softmax(0) - onehot) / len(logits)
