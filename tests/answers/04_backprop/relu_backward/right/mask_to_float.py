def relu_backward(dout, cache):
    mask = (cache > 0).to(dout.dtype)
    return mask * dout
