def minibatches(X, y, batch_size, generator):
    order = torch.randperm(len(X), generator=generator)
    X, y = X[order], y[order]
    for start in range(0, len(X), batch_size):
        yield X[start : start + batch_size], y[start : start + batch_size]
