def train_epoch(model, loader, optimizer, loss_fn, device):
    model = model.to(device).train()
    total = 0.0
    for batch in loader:
        if device.type == "cuda":
            batch = [part.pin_memory() for part in batch]
        x, y = (part.to(device, non_blocking=True) for part in batch)
        optimizer.zero_grad()
        loss = loss_fn(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * x.size(0)
    return total / len(loader.dataset)
