def train_epoch(model, loader, optimizer, loss_fn, device):
    model.to(device).train()
    losses = []
    for inputs, targets in loader:
        inputs, targets = inputs.to(device), targets.to(device)
        outputs = model(inputs)
        loss = loss_fn(outputs, targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses += [loss.item()] * len(targets)
    return sum(losses) / len(losses)
