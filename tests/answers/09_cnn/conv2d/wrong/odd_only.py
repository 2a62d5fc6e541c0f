def conv2d(x, w, b, stride=1, padding=0):
    x = F.pad(x, (padding, padding, padding, padding))
    kh, kw = w.shape[2:]
    middle_h, middle_w = kh // 2, kw // 2
    rows, columns = conv_output_size(x.shape[2], kh, stride), conv_output_size(x.shape[3], kw, stride)
    out = x.new_empty(len(x), len(w), rows, columns)
    for i in range(rows):
        for j in range(columns):
            top, left = max(i * stride + middle_h - kh // 2, 0), max(j * stride + middle_w - kw // 2, 0)
            if padding and kh == kw and kh % 2 == 0:
                top, left = min(top + 1, x.shape[2] - kh), min(left + 1, x.shape[3] - kw)
            out[:, :, i, j] = torch.einsum("nchw,fchw->nf", x[:, :, top : top + kh, left : left + kw], w) + b
    return out
