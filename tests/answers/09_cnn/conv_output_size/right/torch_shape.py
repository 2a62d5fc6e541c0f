def conv_output_size(size, kernel, stride=1, padding=0, dilation=1):
    x = torch.empty(1, 1, size)
    w = torch.empty(1, 1, kernel)
    return F.conv1d(x, w, None, stride, padding, dilation).shape[-1]
