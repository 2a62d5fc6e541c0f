def conv2d(x, w, b, stride=1, padding=0):
    N, C, H, W = x.shape
    n_filters, _, kh, kw = w.shape
    rows = (H + 2 * padding - kh) // stride + 1
    columns = (W + 2 * padding - kw) // stride + 1
    x = F.pad(x, (padding, padding, padding, padding))
    patches = torch.stack(
        [
            x[:, :, i : i + kh, j : j + kw].reshape(N, -1)
            for i in range(0, rows * stride, stride)
            for j in range(0, columns * stride, stride)
        ],
        dim=1,
    )
    out = patches @ w.reshape(n_filters, -1).t() + b
    return out.transpose(1, 2).reshape(N, n_filters, rows, columns)
