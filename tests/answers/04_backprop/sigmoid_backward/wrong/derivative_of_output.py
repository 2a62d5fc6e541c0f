def sigmoid_backward(dout, cache):
    s = torch.sigmoid(cache)
    return dout * s * (1 - s)
