def autograd_step(params, X, y, lr):
    p = forward_tensor(X, params)
    loss = F.binary_cross_entropy(p, y.type_as(p))
    gradients = torch.autograd.grad(loss, list(params.values()))
    with torch.no_grad():
        for w, g in zip(params.values(), gradients):
            w -= lr * g
    return loss.item()
