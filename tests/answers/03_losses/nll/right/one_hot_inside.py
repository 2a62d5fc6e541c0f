import torch.nn.functional as F


def nll(log_probs: Tensor, target: Tensor) -> Tensor:
    onehot = F.one_hot(target, log_probs.shape[1])
    return -(onehot * log_probs).sum(dim=1).mean()
