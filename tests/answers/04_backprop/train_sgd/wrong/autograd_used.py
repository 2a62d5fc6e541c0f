def train_sgd(X, y, params, lr, batch_size, epochs, generator):
    loss = lambda: ((two_layer_forward(X, params)[0] - y) ** 2).mean().item()
    history = [loss()]
    for _ in range(epochs):
        for X_b, y_b in minibatches(X, y, batch_size, generator):
            leaves = {name: p.detach().clone().requires_grad_() for name, p in params.items()}
            ((two_layer_forward(X_b, leaves)[0] - y_b) ** 2).mean().backward()
            for name, leaf in leaves.items():
                params[name] = (leaf - lr * leaf.grad).detach()
        history.append(loss())
    return history
