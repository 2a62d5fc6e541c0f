def conv2d(x, w, b, stride=1, padding=0):
    N, C, H, W = x.shape
    n_filters, _, kh, kw = w.shape
    rows = (H - kh) // stride + 1
    columns = (W - kw) // stride + 1
    out = x.new_zeros(N, n_filters, rows, columns)
    for i in range(rows):
        for j in range(columns):
            window = x[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            out[:, :, i, j] = (window[:, None] * w[None]).sum(dim=(2, 3, 4)) + b
    return out
