def receptive_field(layers):
    field = 1
    for kernel, stride, _, dilation in reversed(layers):
        field = (field - 1) * stride + dilation * (kernel - 1) + 1
    return field
