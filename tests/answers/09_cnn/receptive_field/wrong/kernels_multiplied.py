def receptive_field(layers):
    product = 1
    for kernel, *_ in layers:
        product *= kernel
    return product
