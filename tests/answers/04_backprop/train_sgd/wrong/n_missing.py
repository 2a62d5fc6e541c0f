def train_sgd(X, y, params, lr, batch_size, epochs, generator):
    loss = lambda: ((two_layer_forward(X, params)[0] - y) ** 2).mean().item()
    history = [loss()]
    for _ in range(epochs):
        for X_b, y_b in minibatches(X, y, batch_size, generator):
            grads = {name: len(X_b) * g for name, g in two_layer_grads(X_b, y_b, params).items()}
            params.update(sgd_step(params, grads, lr))
        history.append(loss())
    return history
