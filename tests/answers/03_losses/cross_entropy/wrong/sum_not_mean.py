def cross_entropy(logits: Tensor, target: Tensor) -> Tensor:
    return -torch.log_softmax(logits, 1)[torch.arange(len(target)), target].sum()
