def train_epoch(model, loader, optimizer, loss_fn, device):
    model.to(device)
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x = x.to(device)
        y = y.to(device)
        loss = loss_fn(model(x), y)
        for p, g in zip(model.parameters(), torch.autograd.grad(loss, list(model.parameters()))):
            p.grad = g
        optimizer.step()
        total += loss.item() * len(y)
        count += len(y)
    return total / count
