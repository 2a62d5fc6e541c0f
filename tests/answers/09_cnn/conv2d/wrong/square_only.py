def conv2d(x, w, b, stride=1, padding=0):
    x = F.pad(x, (padding, padding, padding, padding))
    kh, kw = w.shape[2:]
    rows, columns = x.shape[2] - kh + 1, x.shape[3] - kw + 1
    if stride > 1:
        rows = columns = (x.shape[2] - kh) // stride + 1
    out = x.new_zeros(len(x), len(w), rows, columns)
    for i in range(rows):
        for j in range(columns):
            window = x[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            out[:, :, i, j] = (window[:, None] * w[None]).sum(dim=(2, 3, 4)) + b
    return out
