def train_sgd(X, y, params, lr, batch_size, epochs, generator):
    history = [((two_layer_forward(X, params)[0] - y) ** 2).mean().item()]
    for _ in range(epochs):
        losses = []
        for X_b, y_b in minibatches(X, y, batch_size, generator):
            losses.append(((two_layer_forward(X_b, params)[0] - y_b) ** 2).mean().item())
            params.update(sgd_step(params, two_layer_grads(X_b, y_b, params), lr))
        history.append(sum(losses) / len(losses))
    return history
