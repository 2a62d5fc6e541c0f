def sigmoid(z: Tensor) -> Tensor:
    z = z.to(torch.get_default_dtype()) if not z.is_floating_point() else z
    out = torch.empty_like(z)
    positive = z >= 0
    out[positive] = 1 / (1 + torch.exp(-z[positive]))
    e = torch.exp(z[~positive])
    out[~positive] = e / (1 + e)
    return out
