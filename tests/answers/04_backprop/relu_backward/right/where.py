def relu_backward(dout, cache):
    return torch.where(cache > 0, dout, 0.0)
