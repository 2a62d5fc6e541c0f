def n_params(model):
    own = sum(p.numel() for p in model.parameters(recurse=False))
    return own + sum(n_params(layer) for layer in model._modules.values())
