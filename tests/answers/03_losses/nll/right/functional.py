import torch.nn.functional as F


def nll(log_probs: Tensor, target: Tensor) -> Tensor:
    return F.nll_loss(log_probs, target)
