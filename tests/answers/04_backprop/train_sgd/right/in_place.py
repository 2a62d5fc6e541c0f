def train_sgd(X, y, params, lr, batch_size, epochs, generator):
    history = [float(((two_layer_forward(X, params)[0] - y) ** 2).mean())]
    for _ in range(epochs):
        for X_b, y_b in minibatches(X, y, batch_size, generator):
            grads = two_layer_grads(X_b, y_b, params)
            for name in params:
                params[name] -= lr * grads[name]
        history.append(float(((two_layer_forward(X, params)[0] - y) ** 2).mean()))
    return history
