def relu_backward(dout, cache):
    return dout.masked_fill(~(cache > 0), 0)
