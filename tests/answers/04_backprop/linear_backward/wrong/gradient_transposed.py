def linear_backward(dout, cache):
    X, W, _ = cache
    return dout @ W, X.T @ dout, dout.sum(dim=0)
