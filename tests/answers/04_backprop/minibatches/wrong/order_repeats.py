def minibatches(X, y, batch_size, generator):
    generator.manual_seed(generator.initial_seed())
    for rows in torch.randperm(len(X), generator=generator).split(batch_size):
        yield X[rows], y[rows]
