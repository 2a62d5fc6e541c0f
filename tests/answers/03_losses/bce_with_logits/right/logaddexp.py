def bce_with_logits(z, y):
    return (torch.logaddexp(z, torch.zeros_like(z)) - y * z).mean()
