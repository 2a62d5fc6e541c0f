def numeric_grad(f, x, h=1e-5):
    slopes = torch.zeros_like(x)
    flat, out = x.view(-1), slopes.view(-1)
    for i in range(flat.numel()):
        old = flat[i].item()
        flat[i] = old + h
        above = f(x)
        flat[i] = old - h
        below = f(x)
        flat[i] = old
        out[i] = (above - below) / (2 * h)
    return slopes
