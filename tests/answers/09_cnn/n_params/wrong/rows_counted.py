def n_params(model):
    return sum(len(p) for p in model.parameters())
