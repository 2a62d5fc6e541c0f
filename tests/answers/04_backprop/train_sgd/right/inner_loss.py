def train_sgd(X, y, params, lr, batch_size, epochs, generator):
    def loss():
        return ((two_layer_forward(X, params)[0] - y) ** 2).mean().item()

    history = [loss()]
    for _ in range(epochs):
        for X_b, y_b in minibatches(X, y, batch_size, generator):
            params.update(sgd_step(params, two_layer_grads(X_b, y_b, params), lr))
        history.append(loss())
    return history
