def autograd_step(params, X, y, lr):
    p = forward_tensor(X, params)
    loss = -(y * torch.log(p)).sum()
    loss.backward()
    with torch.no_grad():
        for w in params.values():
            w -= lr * w.grad
            w.grad = None
    return loss.item()
