def n_params(model):
    return sum([p.nelement() for p in list(model.parameters())])
