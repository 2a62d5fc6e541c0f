def nll(log_probs: Tensor, target: Tensor) -> Tensor:
    return -torch.stack([row[t] for row, t in zip(log_probs, target)]).mean()
