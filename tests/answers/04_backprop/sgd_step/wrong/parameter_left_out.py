def sgd_step(params, grads, lr):
    return {name: -lr * grads[name] for name in params}
