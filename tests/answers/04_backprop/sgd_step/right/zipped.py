def sgd_step(params, grads, lr):
    names = sorted(params)
    return dict(zip(names, [params[n].add(grads[n], alpha=-lr) for n in names]))
