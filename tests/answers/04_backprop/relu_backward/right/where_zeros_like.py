def relu_backward(dout, cache):
    return torch.where(cache <= 0, torch.zeros_like(dout), dout)
