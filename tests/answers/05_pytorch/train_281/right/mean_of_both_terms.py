def train_281(model, X, y, steps, lr=0.01):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    history = []
    for _ in range(steps):
        optimizer.zero_grad()
        z = model(X)
        loss = -torch.where(y > 0, F.logsigmoid(z), F.logsigmoid(-z)).mean()
        loss.backward()
        optimizer.step()
        history.append(loss.item())
    return history
