def cross_entropy(logits: Tensor, target: Tensor) -> Tensor:
    logits -= logits.max(dim=1, keepdim=True).values
    log_p = logits - logits.exp().sum(dim=1, keepdim=True).log()
    return -log_p[torch.arange(len(target)), target].mean()
