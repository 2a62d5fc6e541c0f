def sgd_step(params, grads, lr):
    for name, p in params.items():
        p = p - lr * grads[name]
    return params
