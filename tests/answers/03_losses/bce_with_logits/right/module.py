def bce_with_logits(z: Tensor, y: Tensor) -> Tensor:
    return torch.nn.BCEWithLogitsLoss()(z, y)
