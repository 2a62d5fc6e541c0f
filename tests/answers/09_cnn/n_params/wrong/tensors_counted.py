def n_params(model):
    return len(list(model.parameters()))
