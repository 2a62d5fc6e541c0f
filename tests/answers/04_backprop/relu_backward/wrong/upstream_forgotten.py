def relu_backward(dout, cache):
    return (cache > 0).double()
