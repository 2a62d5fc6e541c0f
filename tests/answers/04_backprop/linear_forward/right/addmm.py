def linear_forward(X, W, b):
    cache = (X, W, b)
    return torch.addmm(b, X, W.t()), cache
