def max_pool2d(x, kernel, stride):
    return F.max_pool2d(x, kernel, stride)
