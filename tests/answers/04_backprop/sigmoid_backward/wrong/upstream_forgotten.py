def sigmoid_backward(dout, cache):
    return cache * (1 - cache)
