def train_epoch(model, loader, optimizer, loss_fn, device):
    model.to(device).train()
    losses, sizes = [], []
    for x, y in loader:
        optimizer.zero_grad()
        loss = loss_fn(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
        sizes.append(len(x))
    values = torch.stack(losses).cpu().tolist()
    return sum(v * n for v, n in zip(values, sizes)) / sum(sizes)
