def numeric_grad(f, x, h=1e-5):
    slopes = torch.zeros_like(x)
    for i in range(x.numel()):
        up, down = x.clone(), x.clone()
        up.view(-1)[i] += h / 2
        down.view(-1)[i] -= h / 2
        slopes.view(-1)[i] = (f(up) - f(down)) / h
    return slopes
