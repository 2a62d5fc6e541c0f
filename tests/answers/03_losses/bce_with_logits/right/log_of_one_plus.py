def bce_with_logits(z: Tensor, y: Tensor) -> Tensor:
    return (torch.relu(z) - z * y + torch.log(1 + torch.exp(-torch.abs(z)))).mean()
