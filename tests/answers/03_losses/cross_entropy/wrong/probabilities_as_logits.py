def cross_entropy(logits: Tensor, target: Tensor) -> Tensor:
    return -torch.log(logits[torch.arange(len(target)), target]).mean()
