def bce_with_logits(z: Tensor, y: Tensor) -> Tensor:
    wrong = torch.where(y == 1, -z, z)
    return torch.where(wrong > 0, wrong + torch.log1p(torch.exp(-wrong.abs())), torch.log1p(torch.exp(-wrong.abs()))).mean()
