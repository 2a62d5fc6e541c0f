def sgd_step(params, grads, lr):
    return {name: torch.sub(p, grads[name], alpha=lr) for name, p in params.items()}
