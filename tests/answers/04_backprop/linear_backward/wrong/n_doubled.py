def linear_backward(dout, cache):
    X, W, _ = cache
    n = len(X)
    return dout @ W, dout.T @ X / n, dout.mean(dim=0)
