def receptive_field(layers):
    field, step = 1, 1
    for kernel, stride, _, dilation in layers:
        field += (kernel - 1) * step + (kernel - 1) * (dilation - 1)
        step *= stride
    return field
