def sigmoid_backward(dout, cache):
    return dout
