def n_params(model):
    seen = {}
    for layer in model.modules():
        for p in layer.parameters(recurse=False):
            seen[id(p)] = p.numel()
    return sum(seen.values())
