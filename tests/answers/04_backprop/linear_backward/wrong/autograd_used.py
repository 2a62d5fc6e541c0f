def linear_backward(dout, cache):
    leaves = [t.clone().requires_grad_() for t in cache]
    out, _ = linear_forward(*leaves)
    out.backward(dout)
    return tuple(leaf.grad for leaf in leaves)
