def train_epoch(model, loader, optimizer, loss_fn, device):
    model.to(device).train()
    total = 0.0
    for x, y in loader:
        x, y = x.view(x.size(0), -1).to(device), y.to(device)
        optimizer.zero_grad()
        loss = loss_fn(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
    return total / len(loader.dataset)
