def minibatches(X, y, batch_size, generator):
    order = torch.randperm(len(X), generator=generator)
    for rows in order.split(batch_size):
        yield X[rows], y[rows]
