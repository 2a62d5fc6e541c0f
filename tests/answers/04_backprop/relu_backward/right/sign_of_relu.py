def relu_backward(dout, cache):
    return dout * cache.clamp(min=0).sign()
