def sigmoid_backward(dout, cache):
    out = torch.zeros_like(dout)
    flat, d, s = out.view(-1), dout.reshape(-1), cache.reshape(-1)
    for i in range(len(flat)):
        flat[i] = d[i] * s[i] * (1 - s[i])
    return out
