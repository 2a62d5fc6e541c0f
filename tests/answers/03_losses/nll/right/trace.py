def nll(log_probs: Tensor, target: Tensor) -> Tensor:
    return -log_probs.index_select(1, target).trace() / len(target)
