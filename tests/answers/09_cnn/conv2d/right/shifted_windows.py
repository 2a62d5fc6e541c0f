def conv2d(x, w, b, stride=1, padding=0):
    N, C, H, W = x.shape
    n_filters, _, kh, kw = w.shape
    rows = (H + 2 * padding - kh) // stride + 1
    columns = (W + 2 * padding - kw) // stride + 1
    x = F.pad(x, (padding, padding, padding, padding))
    out = b.reshape(1, -1, 1, 1).expand(N, n_filters, rows, columns).clone()
    for u in range(kh):
        for v in range(kw):
            part = x[:, :, u : u + (rows - 1) * stride + 1 : stride, v : v + (columns - 1) * stride + 1 : stride]
            out = out + torch.einsum("nchw,fc->nfhw", part, w[:, :, u, v])
    return out
