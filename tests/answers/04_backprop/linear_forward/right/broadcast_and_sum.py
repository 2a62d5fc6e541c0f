def linear_forward(X, W, b):
    return (X[:, None, :] * W[None]).sum(2) + b.expand(len(X), -1), (X, W, b)
