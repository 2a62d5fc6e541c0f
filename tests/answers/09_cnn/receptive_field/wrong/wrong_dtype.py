def receptive_field(layers):
    field, step = 1.0, 1.0
    for kernel, stride, _, dilation in layers:
        field += dilation * (kernel - 1) * step
        step *= stride
    return field
