def train_sgd(X, y, params, lr, batch_size, epochs, generator):
    loss = lambda: ((two_layer_forward(X, params)[0] - y) ** 2).mean().item()
    history = [loss()]
    for _ in range(epochs):
        X_s = X[torch.randperm(len(X), generator=generator)]
        y_s = y[torch.randperm(len(y), generator=generator)]
        for X_b, y_b in zip(X_s.split(batch_size), y_s.split(batch_size)):
            params.update(sgd_step(params, two_layer_grads(X_b, y_b, params), lr))
        history.append(loss())
    return history
