def n_params(model):
    return sum(p.numel() for name, p in model.named_parameters() if "weight" in name)
