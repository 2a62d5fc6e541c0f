def sgd_step(params, grads, lr):
    for name, p in params.items():
        p.data.add_(grads[name], alpha=-lr)
    return dict(params)
