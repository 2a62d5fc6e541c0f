def linear_backward(dout, cache):
    X, W, b = cache
    n = dout.shape[0]
    return dout @ W, n * (dout.T @ X / n), n * dout.mean(0)
