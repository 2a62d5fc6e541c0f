def n_params(model):
    return sum(t.numel() for t in model.state_dict().values())
