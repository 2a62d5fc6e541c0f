def receptive_field(layers):
    field, step = 1, 1
    for kernel, stride, padding, dilation in layers:
        field += (dilation * kernel - 1) * step
        step *= stride
    return field
