def train_epoch(model, loader, optimizer, loss_fn, device):
    model.to(device).train()
    lr = optimizer.param_groups[0]["lr"]
    total = 0.0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        model.zero_grad()
        loss = loss_fn(model(x), y)
        loss.backward()
        with torch.no_grad():
            for p in model.parameters():
                p -= lr * p.grad
        total += loss.item() * len(y)
    return total / len(loader.dataset)
