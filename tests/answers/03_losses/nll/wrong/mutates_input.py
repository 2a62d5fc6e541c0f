def nll(log_probs: Tensor, target: Tensor) -> Tensor:
    return log_probs.neg_()[torch.arange(len(target)), target].mean()
