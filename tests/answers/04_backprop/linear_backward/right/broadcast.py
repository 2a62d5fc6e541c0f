def linear_backward(dout, cache):
    X, W, b = cache
    d = dout.unsqueeze(2)
    return (d * W).sum(1), (d * X.unsqueeze(1)).sum(0), dout.sum(axis=0)
