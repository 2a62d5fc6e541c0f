def linear_backward(dout, cache):
    X, W, b = cache
    dX = torch.matmul(dout, W)
    dW = (X.T @ dout).T
    db = torch.sum(dout, 0)
    return dX, dW, db
