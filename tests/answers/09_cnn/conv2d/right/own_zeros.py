def conv2d(x, w, b, stride=1, padding=0):
    N, C, H, W = x.shape
    n_filters, _, kh, kw = w.shape
    rows = (H + 2 * padding - kh) // stride + 1
    columns = (W + 2 * padding - kw) // stride + 1
    padded = torch.zeros(N, C, H + 2 * padding, W + 2 * padding, dtype=x.dtype)
    padded[:, :, padding : padding + H, padding : padding + W] = x
    out = torch.zeros(N, n_filters, rows, columns, dtype=x.dtype)
    for f in range(n_filters):
        for i in range(rows):
            for j in range(columns):
                top, left = i * stride, j * stride
                out[:, f, i, j] = (padded[:, :, top : top + kh, left : left + kw] * w[f]).sum((1, 2, 3))
        out[:, f] += b[f]
    return out
