def max_pool2d(x, kernel, stride):
    rows = x.unfold(2, kernel, stride).amax(-1)
    return rows.unfold(3, kernel, stride).amax(-1)
