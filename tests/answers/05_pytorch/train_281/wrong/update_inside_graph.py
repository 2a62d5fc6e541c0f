def train_281(model, X, y, steps, lr=0.01):
    history = []
    for _ in range(steps):
        model.zero_grad()
        loss = F.binary_cross_entropy_with_logits(model(X), y.to(X.dtype))
        loss.backward()
        for p in model.parameters():
            p -= lr * p.grad
        history.append(loss.item())
    return history
