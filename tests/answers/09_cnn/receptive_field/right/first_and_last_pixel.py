def receptive_field(layers):
    first = last = 0
    for kernel, stride, _, dilation in layers[::-1]:
        first, last = first * stride, last * stride + (kernel - 1) * dilation
    return last - first + 1
