def two_layer_grads(X, y, params):
    y_hat, (linear1, z1, (h, W0, _), s) = two_layer_forward(X, params)
    d0 = 2 * (y_hat - y) / y.numel() * s * (1 - s)
    d1 = (d0 @ W0) * (z1 > 0)
    return {"W1": d1.T @ X, "b1": d1, "W0": d0.T @ h, "b0": d0}
