def sgd_step(params, grads, lr):
    return {name: lr * grads[name] - p for name, p in params.items()}
