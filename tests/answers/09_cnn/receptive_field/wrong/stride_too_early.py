def receptive_field(layers):
    field, step = 1, 1
    for kernel, stride, padding, dilation in layers:
        step *= stride
        field += dilation * (kernel - 1) * step
    return field
