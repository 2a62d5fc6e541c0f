def softmax(z: Tensor) -> Tensor:
    out = torch.zeros_like(z)
    for i in range(len(z)):
        e = torch.exp(z[i] - z[i].max())
        out[i] = e / e.sum()
    return out
