def n_params(model):
    total = 0
    for name, p in model.named_parameters():
        total += p.numel()
    return total
