def two_layer_grads(X, y, params):
    y_hat, cache = two_layer_forward(X, params)
    hidden = cache[2][0]
    dz0 = (y_hat - y).mul(2).div(y.shape[0] * y.shape[1]) * (y_hat - y_hat**2)
    dz1 = torch.where(hidden > 0, dz0 @ params["W0"], 0.0)
    return dict(W1=dz1.T @ X, b1=dz1.sum(0), W0=dz0.T @ hidden, b0=dz0.sum(0))
