def bce_with_logits(z: Tensor, y: Tensor) -> Tensor:
    import math

    total = 0.0
    for v, t in zip(z.tolist(), y.tolist()):
        total += max(v, 0.0) - v * t + math.log1p(math.exp(-abs(v)))
    return torch.tensor(total / len(z), dtype=z.dtype)
