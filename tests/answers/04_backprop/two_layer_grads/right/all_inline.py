def two_layer_grads(X, y, params):
    N, M = y.shape
    z1 = X @ params["W1"].T + params["b1"]
    h = torch.relu(z1)
    y_hat = torch.sigmoid(h @ params["W0"].T + params["b0"])
    d0 = 2 / (N * M) * (y_hat - y) * y_hat * (1 - y_hat)
    d1 = (d0 @ params["W0"]) * (z1 > 0)
    return {"W0": d0.T @ h, "b0": d0.sum(0), "W1": d1.T @ X, "b1": d1.sum(0)}
