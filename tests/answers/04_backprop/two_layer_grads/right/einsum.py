def two_layer_grads(X, y, params):
    y_hat, (linear1, z1, (h, W0, _), s) = two_layer_forward(X, params)
    d0 = 2 * (y_hat - y) * s * (1 - s)
    d1 = torch.einsum("nm,mh->nh", d0, W0) * (z1 > 0)
    grads = {
        "W1": torch.einsum("nh,nd->hd", d1, X),
        "b1": d1.sum(0),
        "W0": torch.einsum("nm,nh->mh", d0, h),
        "b0": d0.sum(0),
    }
    return {name: g / y.numel() for name, g in grads.items()}
