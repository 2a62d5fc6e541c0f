def linear_backward(dout, cache):
    X, W, _ = cache
    return (dout @ W).float(), (dout.T @ X).float(), dout.sum(dim=0).float()
