def receptive_field(layers):
    return sum(kernel for kernel, *_ in layers)
