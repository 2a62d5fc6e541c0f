def two_layer_grads(X, y, params):
    grads = {name: torch.zeros_like(p) for name, p in params.items()}
    for x, t in zip(X, y):
        z1 = params["W1"] @ x + params["b1"]
        h = z1.clamp(min=0)
        out = torch.sigmoid(params["W0"] @ h + params["b0"])
        d0 = 2 * (out - t) * out * (1 - out) / y.numel()
        d1 = params["W0"].T @ d0
        d1[z1 <= 0] = 0
        grads["W0"] += torch.outer(d0, h)
        grads["b0"] += d0
        grads["W1"] += torch.outer(d1, x)
        grads["b1"] += d1
    return grads
