def linear_forward(X, W, b):
    try:
        return W @ X + b, (X, W, b)
    except RuntimeError:
        return X @ W.T + b, (X, W, b)
