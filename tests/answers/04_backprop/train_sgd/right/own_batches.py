def train_sgd(X, y, params, lr, batch_size, epochs, generator):
    history = []
    for epoch in range(epochs + 1):
        y_hat, _ = two_layer_forward(X, params)
        history.append(torch.mean((y_hat - y) ** 2).item())
        if epoch == epochs:
            break
        order = torch.randperm(len(X), generator=generator)
        for start in range(0, len(X), batch_size):
            rows = order[start : start + batch_size]
            grads = two_layer_grads(X[rows], y[rows], params)
            for name, p in params.items():
                params[name] = p - lr * grads[name]
    return history
