def autograd_step(params, X, y, lr):
    p = forward_tensor(X, params)
    loss = -(y * torch.log(p) + (1 - y) * torch.log(1 - p)).mean()
    loss.backward()
    for w in params.values():
        with torch.no_grad():
            w.sub_(lr * w.grad)
        w.grad.zero_()
    return float(loss)
