def cross_entropy(logits: Tensor, target: Tensor) -> Tensor:
    return -torch.log_softmax(logits, 0)[torch.arange(len(target)), target].mean()
