def sgd_step(params, grads, lr):
    for name, g in grads.items():
        params[name] = params[name] - lr * g
    return params
