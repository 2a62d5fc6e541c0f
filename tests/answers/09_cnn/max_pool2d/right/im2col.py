def max_pool2d(x, kernel, stride):
    N, C, H, W = x.shape
    rows, columns = conv_output_size(H, kernel, stride), conv_output_size(W, kernel, stride)
    patches = F.unfold(x, kernel, stride=stride).reshape(N, C, kernel * kernel, rows, columns)
    return patches.max(dim=2)[0]
