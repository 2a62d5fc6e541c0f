def conv2d(x, w, b, stride=1, padding=0):
    N, C, H, W = x.shape
    n_filters, _, kh, kw = w.shape
    rows = (H + 2 * padding - kh) // stride + 1
    columns = (W + 2 * padding - kw) // stride + 1
    columns_of = F.unfold(x, (kh, kw), padding=padding, stride=stride)
    out = w.reshape(n_filters, -1) @ columns_of + b[:, None]
    return out.reshape(N, n_filters, rows, columns)
