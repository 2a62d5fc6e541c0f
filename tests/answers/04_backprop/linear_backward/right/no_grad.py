def linear_backward(dout, cache):
    with torch.no_grad():
        X, W, b = (t.detach().clone() for t in cache)
        dX = dout @ W
        dW = dout.transpose(0, 1).matmul(X)
        db = dout.sum(0, keepdim=True).squeeze(0)
        return dX, dW, db
