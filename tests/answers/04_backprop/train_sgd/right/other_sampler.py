def train_sgd(X, y, params, lr, batch_size, epochs, generator):
    loss = lambda: float(((two_layer_forward(X, params)[0] - y) ** 2).mean())
    history = [loss()]
    for _ in range(epochs):
        rows = torch.rand(len(X), generator=generator).argsort(descending=True)
        for chosen in rows.split(batch_size):
            params.update(sgd_step(params, two_layer_grads(X[chosen], y[chosen], params), lr))
        history.append(loss())
    return history
