def bce_with_logits(z: Tensor, y: Tensor) -> Tensor:
    tail, right = torch.log1p(torch.exp(-z.abs())), z * y
    return (z.clamp_(min=0) - right + tail).mean()
