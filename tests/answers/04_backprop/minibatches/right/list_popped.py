def minibatches(X, y, batch_size, generator):
    rows = torch.randperm(len(X), generator=generator).tolist()
    while rows:
        batch = [rows.pop() for _ in range(min(batch_size, len(rows)))]
        yield X[batch], y[batch]
