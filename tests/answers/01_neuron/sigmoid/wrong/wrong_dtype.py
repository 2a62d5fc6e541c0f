def sigmoid(z: Tensor) -> Tensor:
    out = torch.zeros_like(z)
    out[z >= 0] = (1 / (1 + torch.exp(-z[z >= 0]))).to(z.dtype)
    out[z < 0] = (1 - 1 / (1 + torch.exp(z[z < 0]))).to(z.dtype)
    return out
