def sigmoid_backward(dout, cache):
    dout *= cache * (1 - cache)
    return dout
