def train_281(model, X, y, steps, lr=0.01):
    history = []
    for step in range(steps):
        for p in model.parameters():
            p.grad = None
        p1 = torch.sigmoid(model(X)).clamp(1e-7, 1 - 1e-7)
        loss = -(y * p1.log() + (1 - y) * (1 - p1).log()).mean()
        loss.backward()
        for p in model.parameters():
            p.data -= lr * p.grad
        history += [loss.item()]
    return history
