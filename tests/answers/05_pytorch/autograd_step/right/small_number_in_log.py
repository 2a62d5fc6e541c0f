def autograd_step(params, X, y, lr):
    p = forward_tensor(X, params)
    loss = -(y * torch.log(p + 1e-8) + (1 - y) * torch.log(1 - p + 1e-8)).sum() / len(y)
    gradients = dict(zip(params, torch.autograd.grad(loss, tuple(params.values()))))
    with torch.no_grad():
        for name, g in gradients.items():
            params[name] -= lr * g
    return loss.item()
