def max_pool2d(x, kernel, stride):
    N, C, H, W = x.shape
    rows, columns = (H - kernel) // stride + 1, (W - kernel) // stride + 1
    out = torch.zeros(N, C, rows, columns, dtype=x.dtype)
    for n in range(N):
        for c in range(C):
            for i in range(rows):
                for j in range(columns):
                    out[n, c, i, j] = x[n, c, i * stride : i * stride + kernel, j * stride : j * stride + kernel].max()
    return out
