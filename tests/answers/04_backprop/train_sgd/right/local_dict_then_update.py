def train_sgd(X, y, params, lr, batch_size, epochs, generator):
    p = dict(params)
    history = [((two_layer_forward(X, p)[0] - y) ** 2).mean().item()]
    for _ in range(epochs):
        for X_b, y_b in minibatches(X, y, batch_size, generator):
            p = sgd_step(p, two_layer_grads(X_b, y_b, p), lr)
        history.append(((two_layer_forward(X, p)[0] - y) ** 2).mean().item())
    params.update(p)
    return history
