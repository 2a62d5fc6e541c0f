def evaluate(model, loader, loss_fn, device):
    model.to(device)
    model.eval()
    total, hits, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x = x.to(device)
            y = y.to(device)
            outputs = model(x)
            total += loss_fn(outputs, y).item() * len(y)
            hits += int((outputs.argmax(1).numpy() == y.numpy()).sum())
            count += len(y)
    return total / count, hits / count
