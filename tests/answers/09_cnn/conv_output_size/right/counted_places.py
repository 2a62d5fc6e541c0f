def conv_output_size(size, kernel, stride=1, padding=0, dilation=1):
    padded = size + padding + padding
    last = padded - (kernel - 1) * dilation
    return len(range(0, last, stride))
