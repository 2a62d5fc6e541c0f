def two_layer_forward(X, params):
    caches, out = [], X
    for number, activate in ((1, relu_forward), (0, sigmoid_forward)):
        out, cache = linear_forward(out, params[f"W{number}"], params[f"b{number}"])
        caches.append(cache)
        out, cache = activate(out)
        caches.append(cache)
    return out, tuple(caches)
