def relu_backward(dout, cache):
    dz = torch.zeros_like(dout)
    on = cache > 0
    dz[on] = dout[on]
    return dz
