def n_params(model):
    return len(torch.cat([p.detach().flatten() for p in model.parameters()]))
