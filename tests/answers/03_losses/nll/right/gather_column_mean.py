def nll(log_probs: Tensor, target: Tensor) -> Tensor:
    return -torch.gather(log_probs, 1, target[:, None]).mean()
