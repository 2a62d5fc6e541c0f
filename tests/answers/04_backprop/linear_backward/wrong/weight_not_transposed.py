def linear_backward(dout, cache):
    X, W, _ = cache
    return dout @ W.T, dout.T @ X, dout.sum(dim=0)
