def train_281(model, X, y, steps, lr=0.01):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    history = []
    for _ in range(steps):
        optimizer.zero_grad()
        z = model(X)
        loss = F.binary_cross_entropy_with_logits(z, y.to(z.dtype))
        loss.backward()
        optimizer.step()
        history.append(loss.item())
        if torch.equal(z > 0, y > 0):
            break
    return history
