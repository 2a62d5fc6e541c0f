def autograd_step(params, X, y, lr):
    p = forward_tensor(X, params).clamp(1e-7, 1 - 1e-7)
    loss = torch.where(y == 1, -p.log(), -(1 - p).log()).mean()
    loss.backward()
    with torch.no_grad():
        for name in params:
            params[name].add_(params[name].grad, alpha=-lr)
            params[name].grad = None
    return loss.detach().numpy().item()
