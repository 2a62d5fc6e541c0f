def train_epoch(model, loader, optimizer, loss_fn, device):
    model.to(device).train()
    losses, sizes = [], []
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = loss_fn(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
        sizes.append(len(y))
    weights = torch.tensor(sizes, dtype=torch.float32, device=device)
    return (torch.stack(losses) @ weights / weights.sum()).item()
