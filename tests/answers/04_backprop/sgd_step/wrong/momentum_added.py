velocity = {}


def sgd_step(params, grads, lr):
    for name, gradient in grads.items():
        velocity[name] = 0.9 * velocity[name] + gradient if name in velocity else gradient
    return {name: p - lr * velocity[name] for name, p in params.items()}
