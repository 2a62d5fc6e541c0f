def two_layer_forward(X, params):
    z1 = torch.einsum("nd,hd->nh", X, params["W1"]) + params["b1"]
    h = z1.clamp(min=0)
    z0 = torch.einsum("nh,mh->nm", h, params["W0"]) + params["b0"]
    y_hat = torch.sigmoid(z0)
    return y_hat, ((X, params["W1"], params["b1"]), z1, (h, params["W0"], params["b0"]), y_hat)
