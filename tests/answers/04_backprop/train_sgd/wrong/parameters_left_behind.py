def train_sgd(X, y, params, lr, batch_size, epochs, generator):
    history = [((two_layer_forward(X, params)[0] - y) ** 2).mean().item()]
    params = {name: p.clone() for name, p in params.items()}
    for _ in range(epochs):
        for X_b, y_b in minibatches(X, y, batch_size, generator):
            params = sgd_step(params, two_layer_grads(X_b, y_b, params), lr)
        history.append(((two_layer_forward(X, params)[0] - y) ** 2).mean().item())
    return history
