def sigmoid_backward(dout, cache):
    local = torch.mul(cache, torch.sub(1.0, cache))
    return torch.mul(local, dout)
