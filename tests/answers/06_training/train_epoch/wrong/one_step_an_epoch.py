def train_epoch(model, loader, optimizer, loss_fn, device):
    model.to(device)
    model.train()
    total, count = 0.0, 0
    optimizer.zero_grad()
    for x, y in loader:
        x = x.to(device)
        y = y.to(device)
        loss = loss_fn(model(x), y)
        loss.backward()
        total += loss.item() * len(y)
        count += len(y)
    optimizer.step()
    return total / count
