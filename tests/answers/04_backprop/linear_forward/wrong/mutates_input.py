def linear_forward(X, W, b):
    cache = (X, W, b)
    b -= 1
    out = X @ W.T + b + 1
    return out, cache
