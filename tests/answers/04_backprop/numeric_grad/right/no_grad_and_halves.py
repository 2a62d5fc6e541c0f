def numeric_grad(f, x, h=1e-5):
    with torch.no_grad():
        slopes = torch.zeros_like(x).flatten()
        for i, _ in enumerate(x.flatten()):
            values = []
            for sign in (1, -1):
                moved = x.flatten().clone()
                moved[i] = moved[i] + sign * h
                values.append(f(moved.reshape(x.shape)))
            slopes[i] = (values[0] - values[1]) * 0.5 / h
        return slopes.reshape(x.shape)
