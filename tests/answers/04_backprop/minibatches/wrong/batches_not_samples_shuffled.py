def minibatches(X, y, batch_size, generator):
    starts = torch.arange(0, len(X), batch_size)
    for start in starts[torch.randperm(len(starts), generator=generator)].tolist():
        yield X[start : start + batch_size], y[start : start + batch_size]
