def receptive_field(layers):
    field, step = torch.tensor(1), torch.tensor(1)
    for kernel, stride, _, dilation in layers:
        field = field + dilation * (kernel - 1) * step
        step = step * stride
    return int(field)
