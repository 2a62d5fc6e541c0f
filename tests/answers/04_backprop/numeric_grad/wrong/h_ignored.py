def numeric_grad(f, x, h=1e-5):
    slopes = torch.zeros_like(x)
    for i in range(x.numel()):
        up, down = x.clone(), x.clone()
        up.view(-1)[i] += 1e-5
        down.view(-1)[i] -= 1e-5
        slopes.view(-1)[i] = (f(up) - f(down)) / 2e-5
    return slopes
