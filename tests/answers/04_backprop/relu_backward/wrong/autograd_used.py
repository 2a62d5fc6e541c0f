def relu_backward(dout, cache):
    z = cache.clone().requires_grad_()
    torch.relu(z).backward(dout)
    return z.grad
