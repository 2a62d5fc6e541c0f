def numeric_grad(f, x, h=1e-5):
    slopes = torch.zeros_like(x)
    for i in range(x.numel()):
        x.view(-1)[i] += h
        above = float(f(x))
        x.view(-1)[i] -= 2 * h
        below = float(f(x))
        x.view(-1)[i] += h
        slopes.view(-1)[i] = (above - below) / (2 * h)
    return slopes
