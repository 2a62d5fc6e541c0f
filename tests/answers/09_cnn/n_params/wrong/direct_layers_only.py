def n_params(model):
    total = sum(p.numel() for p in model.parameters(recurse=False))
    for layer in model.children():
        total += sum(p.numel() for p in layer.parameters(recurse=False))
    return total
