def two_layer_forward(X, params):
    z1 = params["W1"] @ X.T + params["b1"][:, None]
    h = torch.maximum(z1, torch.zeros_like(z1))
    z0 = params["W0"] @ h + params["b0"][:, None]
    y_hat = torch.sigmoid(z0).T
    return y_hat, ((X, params["W1"], params["b1"]), z1.T, (h.T, params["W0"], params["b0"]), y_hat)
