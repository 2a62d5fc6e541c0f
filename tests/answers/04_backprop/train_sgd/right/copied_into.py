def train_sgd(X, y, params, lr, batch_size, epochs, generator):
    mse = lambda: float((two_layer_forward(X, params)[0] - y).square().sum() / y.numel())
    history = [mse()]
    for _ in range(epochs):
        for X_b, y_b in list(minibatches(X, y, batch_size, generator)):
            step = sgd_step({k: v.clone() for k, v in params.items()}, two_layer_grads(X_b, y_b, params), lr)
            for k in params:
                params[k].copy_(step[k])
        history += [mse()]
    return history
