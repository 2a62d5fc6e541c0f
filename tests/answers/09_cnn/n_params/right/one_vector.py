def n_params(model):
    return nn.utils.parameters_to_vector(model.parameters()).numel()
