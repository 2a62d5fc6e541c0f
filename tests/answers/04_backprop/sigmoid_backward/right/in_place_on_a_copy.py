def sigmoid_backward(dout, cache):
    grad = dout.clone()
    grad *= cache
    grad *= 1 - cache
    return grad
