def sigmoid_backward(dout, cache):
    return (dout * cache * (1 - cache)).to(torch.float32)
