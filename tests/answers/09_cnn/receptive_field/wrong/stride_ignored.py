def receptive_field(layers):
    return 1 + sum(dilation * (kernel - 1) for kernel, _, _, dilation in layers)
