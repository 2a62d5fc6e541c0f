def bce_with_logits(z: Tensor, y: Tensor) -> Tensor:
    return (torch.logaddexp(torch.zeros_like(z), z) - y * z).mean()
