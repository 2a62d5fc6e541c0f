def bce_with_logits(z: Tensor, y: Tensor) -> Tensor:
    return (z.clamp(min=0) - z * y + torch.log1p(torch.exp(-z.abs()))).mean()
