def softmax_ce_grad(logits: Tensor, target: Tensor) -> Tensor:
    grad = softmax(logits)
    for i, t in enumerate(target):
        grad[i, t] -= 1
    return grad / len(target)
