def linear_backward(dout, cache):
    X, W, _ = cache
    dX = torch.vmap(lambda row: row @ W)(dout)
    return dX, torch.tensordot(dout, X, dims=([0], [0])), torch.ones(len(dout)) @ dout
