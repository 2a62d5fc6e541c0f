def minibatches(X, y, batch_size, generator):
    for start in range(0, len(X), batch_size):
        rows = torch.randint(len(X), (min(batch_size, len(X) - start),), generator=generator)
        yield X[rows], y[rows]
