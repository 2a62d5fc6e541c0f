def sgd_step(params, grads, lr):
    return {name: p - grads[name] for name, p in params.items()}
