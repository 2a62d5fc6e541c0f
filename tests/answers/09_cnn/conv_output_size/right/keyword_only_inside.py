def conv_output_size(size, kernel, stride=1, padding=0, dilation=1):
    span = sum([dilation] * (kernel - 1), 1)
    free = size - span + 2 * padding
    return free // stride + 1
