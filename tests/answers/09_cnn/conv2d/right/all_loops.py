def conv2d(x, w, b, stride=1, padding=0):
    N, C, H, W = x.shape
    n_filters, _, kh, kw = w.shape
    rows = (H + 2 * padding - kh) // stride + 1
    columns = (W + 2 * padding - kw) // stride + 1
    x = F.pad(x, (padding, padding, padding, padding))
    out = torch.zeros(N, n_filters, rows, columns, dtype=x.dtype)
    for n in range(N):
        for f in range(n_filters):
            for i in range(rows):
                for j in range(columns):
                    window = x[n, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
                    out[n, f, i, j] = (window * w[f]).sum() + b[f]
    return out
