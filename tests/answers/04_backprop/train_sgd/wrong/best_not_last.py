def train_sgd(X, y, params, lr, batch_size, epochs, generator):
    def loss(p):
        return ((two_layer_forward(X, p)[0] - y) ** 2).mean().item()

    best = p = dict(params)
    history = [loss(p)]
    for _ in range(epochs):
        for X_b, y_b in minibatches(X, y, batch_size, generator):
            p = sgd_step(p, two_layer_grads(X_b, y_b, p), lr)
        history.append(loss(p))
        best = p if history[-1] < loss(best) else best
    params.update(best)
    return history
