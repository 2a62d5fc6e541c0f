def linear_backward(dout, cache):
    X, W, _ = cache
    return dout.T @ X, dout.sum(dim=0), dout @ W
