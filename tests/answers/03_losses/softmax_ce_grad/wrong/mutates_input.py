def softmax_ce_grad(logits: Tensor, target: Tensor) -> Tensor:
    logits -= logits.max(dim=1, keepdim=True).values
    p = logits.exp()
    p /= p.sum(dim=1, keepdim=True)
    p[torch.arange(len(target)), target] -= 1
    return p / len(target)
