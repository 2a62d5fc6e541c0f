def linear_backward(dout, cache):
    X, W, b = cache
    dX, dW, db = torch.zeros_like(X), torch.zeros_like(W), torch.zeros_like(b)
    for n in range(dout.shape[0]):
        for m in range(dout.shape[1]):
            dX[n] += dout[n, m] * W[m]
            dW[m] += dout[n, m] * X[n]
            db[m] += dout[n, m]
    return dX, dW, db
