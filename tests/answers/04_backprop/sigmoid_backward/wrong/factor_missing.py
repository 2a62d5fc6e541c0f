def sigmoid_backward(dout, cache):
    return dout * (1 - cache)
