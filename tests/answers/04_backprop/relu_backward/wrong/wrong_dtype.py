def relu_backward(dout, cache):
    return dout.float() * (cache > 0)
