def autograd_step(params, X, y, lr):
    optimizer = torch.optim.Adam(params.values(), lr=lr)
    optimizer.zero_grad()
    loss = F.binary_cross_entropy(forward_tensor(X, params), y.to(X.dtype))
    loss.backward()
    optimizer.step()
    return loss.item()
