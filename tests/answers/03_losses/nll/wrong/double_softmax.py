import torch.nn.functional as F


def nll(log_probs: Tensor, target: Tensor) -> Tensor:
    return F.cross_entropy(torch.softmax(log_probs, dim=1), target)
