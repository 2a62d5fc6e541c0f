def minibatches(X, y, batch_size, generator):
    X_b, y_b = [], []
    for i in torch.randperm(len(X), generator=generator):
        X_b.append(X[i])
        y_b.append(y[i])
        if len(X_b) == batch_size:
            yield torch.stack(X_b), torch.stack(y_b)
            X_b, y_b = [], []
    if X_b:
        yield torch.stack(X_b), torch.stack(y_b)
