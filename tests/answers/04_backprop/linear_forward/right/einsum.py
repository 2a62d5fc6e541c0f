def linear_forward(X, W, b):
    out = torch.einsum("nd,md->nm", X, W) + b
    return out, (X, W, b)
