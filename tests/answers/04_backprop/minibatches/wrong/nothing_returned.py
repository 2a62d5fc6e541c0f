def minibatches(X, y, batch_size, generator):
    order = torch.randperm(len(X), generator=generator)
    batches = [(X[rows], y[rows]) for rows in order.split(batch_size)]
