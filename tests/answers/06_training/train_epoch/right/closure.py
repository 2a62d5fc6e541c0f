def train_epoch(model, loader, optimizer, loss_fn, device):
    model.to(device).train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)

        def closure():
            optimizer.zero_grad()
            loss = loss_fn(model(x), y)
            loss.backward()
            return loss

        total += optimizer.step(closure).item() * len(y)
        count += len(y)
    return total / count
