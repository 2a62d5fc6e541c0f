def sigmoid_backward(dout, cache):
    z = torch.logit(cache).requires_grad_()
    return torch.autograd.grad(torch.sigmoid(z), z, dout)[0]
