def train_epoch(model, loader, optimizer, loss_fn, device):
    model.to(device).train()
    batches = [(x.to(device), y.to(device)) for x, y in loader]
    losses = []
    for x, y in batches:
        optimizer.zero_grad()
        with torch.autocast(device.type, enabled=False):
            loss = loss_fn(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach() * len(y))
    return torch.stack(losses).sum().item() / sum(len(y) for _, y in batches)
