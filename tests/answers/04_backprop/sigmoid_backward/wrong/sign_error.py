def sigmoid_backward(dout, cache):
    return dout * cache * (cache - 1)
