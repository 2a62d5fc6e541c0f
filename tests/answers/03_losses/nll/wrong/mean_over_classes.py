def nll(log_probs: Tensor, target: Tensor) -> Tensor:
    return -(torch.eye(log_probs.shape[1])[target] * log_probs).mean()
