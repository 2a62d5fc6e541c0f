def linear_backward(dout, cache):
    X, W, b = cache
    return torch.einsum("nm,md->nd", dout, W), torch.einsum("nm,nd->md", dout, X), torch.einsum("nm->m", dout)
