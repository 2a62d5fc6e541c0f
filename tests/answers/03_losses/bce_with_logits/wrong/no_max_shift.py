def bce_with_logits(z: Tensor, y: Tensor) -> Tensor:
    return (torch.log(1 + torch.exp(z)) - y * z).mean()
