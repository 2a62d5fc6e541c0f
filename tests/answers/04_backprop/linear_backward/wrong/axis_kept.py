def linear_backward(dout, cache):
    X, W, _ = cache
    return dout @ W, dout.T @ X, dout.sum(dim=0, keepdim=True)
