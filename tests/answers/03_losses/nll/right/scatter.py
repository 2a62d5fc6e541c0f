def nll(log_probs: Tensor, target: Tensor) -> Tensor:
    onehot = torch.zeros_like(log_probs).scatter_(1, target[:, None], 1.0)
    return -(onehot * log_probs).sum() / len(target)
