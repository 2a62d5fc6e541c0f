def conv_output_size(size, kernel, stride=1, padding=0, dilation=1):
    places, start = 0, -padding
    while start + dilation * (kernel - 1) < size + padding:
        places += 1
        start += stride
    return places
