def conv2d(x, w, b, stride=1, padding=0):
    N, C, H, W = x.shape
    n_filters, _, kh, kw = w.shape
    rows = (H + 2 * padding - kh) // stride + 1
    columns = (W + 2 * padding - kw) // stride + 1
    x = F.pad(x, (padding, padding, padding, padding), mode="replicate")
    out = x.new_zeros(N, n_filters, rows, columns)
    for i in range(rows):
        for j in range(columns):
            window = x[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            out[:, :, i, j] = (window[:, None] * w[None]).sum(dim=(2, 3, 4)) + b
    return out
