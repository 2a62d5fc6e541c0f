def max_pool2d(x, kernel, stride):
    rows, columns = x.shape[2] // kernel, x.shape[3] // kernel
    if stride != kernel:
        rows = columns = (x.shape[2] - kernel) // stride + 1
    out = x.new_empty(*x.shape[:2], rows, columns)
    for i in range(rows):
        for j in range(columns):
            window = x[:, :, i * stride : i * stride + kernel, j * stride : j * stride + kernel]
            out[:, :, i, j] = window.amax(dim=(2, 3))
    return out
