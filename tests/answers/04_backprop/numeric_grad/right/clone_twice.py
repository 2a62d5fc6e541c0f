def numeric_grad(f, x, h=1e-5):
    slopes = torch.zeros_like(x)
    for i in range(x.numel()):
        up, down = x.clone(), x.clone()
        up.view(-1)[i] += h
        down.view(-1)[i] -= h
        slopes.view(-1)[i] = (f(up) - f(down)) / (2 * h)
    return slopes
