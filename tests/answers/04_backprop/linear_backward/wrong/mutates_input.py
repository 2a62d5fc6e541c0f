def linear_backward(dout, cache):
    X, W, _ = cache
    dX, db = dout @ W, dout.sum(dim=0)
    return dX, dout.t_() @ X, db
