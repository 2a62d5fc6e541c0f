def linear_forward(X, W, b):
    out, cache = X @ W.T + b, (X, W, b)
