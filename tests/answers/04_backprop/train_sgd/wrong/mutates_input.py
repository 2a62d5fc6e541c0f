def train_sgd(X, y, params, lr, batch_size, epochs, generator):
    def loss(p):
        return ((two_layer_forward(X, p)[0] - y) ** 2).mean().item()

    history = [loss(params)]
    for _ in range(epochs):
        order = torch.randperm(len(X), generator=generator)
        X[:], y[:] = X[order], y[order]
        for start in range(0, len(X), batch_size):
            rows = slice(start, start + batch_size)
            params.update(sgd_step(params, two_layer_grads(X[rows], y[rows], params), lr))
        history.append(loss(params))
    return history
