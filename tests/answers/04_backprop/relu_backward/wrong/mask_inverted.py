def relu_backward(dout, cache):
    dz = dout.clone()
    dz[cache > 0] = 0
    return dz
