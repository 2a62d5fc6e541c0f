def sgd_step(params, grads, lr):
    new = {name: p.clone() for name, p in params.items()}
    with torch.no_grad():
        for name in new:
            new[name].sub_(grads[name] * lr)
    return new
