def minibatches(X, y, batch_size, generator):
    order = torch.rand(len(X), generator=generator).argsort()
    return ((X[rows], y[rows]) for rows in order.split(batch_size))
