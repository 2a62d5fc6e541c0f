def train_epoch(model, loader, optimizer, loss_fn, device):
    model.to(device).train()
    mean, seen = torch.zeros((), device=device), 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = loss_fn(model(x), y)
        loss.backward()
        optimizer.step()
        seen += len(y)
        mean += (loss.detach() - mean) * len(y) / seen
    return mean.item()
