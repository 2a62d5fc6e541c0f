def softmax_ce_grad(logits: Tensor, target: Tensor) -> Tensor:
    n, c = logits.shape
    p = torch.softmax(logits, 1)
    grad = torch.zeros_like(logits)
    for i in range(n):
        for k in range(c):
            grad[i, k] = (p[i, k] - (1.0 if k == target[i] else 0.0)) / n
    return grad
