def linear_forward(X, W, b):
    return X @ W.T + b, (X, W, b)
