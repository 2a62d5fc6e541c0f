def minibatches(X, y, batch_size, generator):
    order = torch.randperm(len(y), generator=generator)
    return [(X[rows], y[rows]) for rows in torch.split(order, batch_size)]
