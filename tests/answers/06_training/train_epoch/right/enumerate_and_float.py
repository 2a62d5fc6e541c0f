def train_epoch(model, loader, optimizer, loss_fn, device):
    model.train(True)
    model = model.to(device)
    running = 0
    for i, (x, y) in enumerate(loader):
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = loss_fn(model(x), y)
        loss.backward()
        optimizer.step()
        running += float(loss) * y.shape[0]
    return running / len(loader.dataset)
