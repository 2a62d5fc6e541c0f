def minibatches(X, y, batch_size, generator):
    order = torch.randperm(len(X), generator=generator)
    return zip(X[order].split(batch_size), y[order].split(batch_size))
