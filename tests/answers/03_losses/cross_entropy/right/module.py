def cross_entropy(logits: Tensor, target: Tensor) -> Tensor:
    return torch.nn.CrossEntropyLoss()(logits, target)
