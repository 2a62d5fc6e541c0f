def linear_backward(dout, cache):
    X, W, _ = cache
    dX, dW, db = dout @ W, dout.T @ X, dout.sum(dim=0)
