def sigmoid_backward(dout, cache):
    s = cache.numpy()
    return torch.from_numpy(dout.numpy() * s * (1 - s))
