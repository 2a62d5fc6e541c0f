def linear_backward(dout, cache):
    X, W, b = (t.numpy() for t in cache)
    d = dout.numpy()
    return torch.from_numpy(d @ W), torch.from_numpy(d.T @ X), torch.from_numpy(d.sum(0))
