def conv2d(x, w, b, stride=1, padding=0):
    N, C, H, W = x.shape
    n_filters, _, kh, kw = w.shape
    rows = (H + 2 * padding - kh) // stride + 1
    columns = (W + 2 * padding - kw) // stride + 1
    x = F.pad(x, (padding, padding, padding, padding))
    matrix = x.new_zeros(n_filters, rows, columns, *x.shape[1:])
    for i in range(rows):
        for j in range(columns):
            matrix[:, i, j, :, i * stride : i * stride + kh, j * stride : j * stride + kw] = w
    out = x.reshape(N, -1) @ matrix.reshape(n_filters * rows * columns, -1).T
    return out.reshape(N, n_filters, rows, columns) + b[:, None, None]
