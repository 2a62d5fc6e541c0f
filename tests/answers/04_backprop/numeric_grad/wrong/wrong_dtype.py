def numeric_grad(f, x, h=1e-5):
    slopes = torch.zeros(x.shape, dtype=torch.float32)
    for i in range(x.numel()):
        e = torch.zeros(x.numel())
        e[i] = h
        e = e.view(x.shape)
        slopes.view(-1)[i] = (f(x + e) - f(x - e)) / (2 * h)
    return slopes
