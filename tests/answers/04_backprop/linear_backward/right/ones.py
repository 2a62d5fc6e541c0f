def linear_backward(dout, cache):
    X, W, b = cache
    return (W.T @ dout.T).T, dout.T @ X, torch.ones(len(dout)) @ dout
