def train_sgd(X, y, params, lr, batch_size, epochs, generator):
    history, epoch = [], 0
    while True:
        history.append(((two_layer_forward(X, params)[0] - y) ** 2).mean().tolist())
        if epoch >= epochs:
            return history
        epoch += 1
        for X_b, y_b in minibatches(X, y, batch_size, generator):
            gradients = two_layer_grads(X_b, y_b, params)
            params["W1"], params["b1"], params["W0"], params["b0"] = (
                params[name] - lr * gradients[name] for name in ("W1", "b1", "W0", "b0")
            )
