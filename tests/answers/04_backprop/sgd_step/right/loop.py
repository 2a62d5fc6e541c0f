def sgd_step(params, grads, lr):
    new = {}
    for key in params.keys():
        new[key] = params[key] - lr * grads[key]
    return new
