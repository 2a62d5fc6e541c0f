def n_params(model):
    return sum(map(torch.numel, model.parameters()))
