def n_params(model):
    count, seen = 0, set()
    for layer in model.modules():
        for name in ("weight", "bias"):
            parameter = getattr(layer, name, None)
            if parameter is not None and id(parameter) not in seen:
                seen.add(id(parameter))
                count += parameter.numel()
    return count
