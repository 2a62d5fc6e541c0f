def two_layer_forward(X, params):
    z1 = X @ params["W1"].T + params["b1"]
    h = z1 * (z1 > 0)
    y_hat = 1 / (1 + torch.exp(-(h @ params["W0"].T + params["b0"])))
    return y_hat, {"X": X, "z1": z1, "h": h, "y_hat": y_hat}


def two_layer_grads(X, y, params):
    y_hat, cache = two_layer_forward(X, params)
    d0 = sigmoid_backward(2 * (y_hat - y) / y.numel(), y_hat)
    d1 = relu_backward(d0 @ params["W0"], cache["z1"])
    return {"W1": d1.T @ X, "b1": d1.sum(0), "W0": d0.T @ cache["h"], "b0": d0.sum(0)}
