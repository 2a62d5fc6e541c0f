def softmax_ce_grad(logits: Tensor, target: Tensor) -> Tensor:
    p = softmax(logits)
    p[:, target] -= 1
    return p / len(target)
