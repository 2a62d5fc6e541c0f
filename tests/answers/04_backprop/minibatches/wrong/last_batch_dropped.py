def minibatches(X, y, batch_size, generator):
    order = torch.randperm(len(X), generator=generator)
    for i in range(len(X) // batch_size):
        rows = order[i * batch_size : (i + 1) * batch_size]
        yield X[rows], y[rows]
