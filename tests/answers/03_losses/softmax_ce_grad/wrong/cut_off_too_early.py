def softmax_ce_grad(logits: Tensor, target: Tensor) -> Tensor:
    p = torch.softmax(logits.clamp(-50, 50), dim=1)
    return (p - torch.nn.functional.one_hot(target, logits.shape[1])) / len(target)
