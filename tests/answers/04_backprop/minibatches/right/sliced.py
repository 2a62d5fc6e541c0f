def minibatches(X, y, batch_size, generator):
    order = torch.randperm(X.shape[0], generator=generator)
    for start in range(0, X.shape[0], batch_size):
        rows = order[start : start + batch_size]
        yield X[rows], y[rows]
