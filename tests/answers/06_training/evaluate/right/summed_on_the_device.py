def evaluate(model, loader, loss_fn, device):
    model.to(device)
    model.eval()
    total, hits = torch.zeros(2, device=device)
    count = 0
    with torch.no_grad():
        for x, y in loader:
            x = x.to(device)
            y = y.to(device)
            outputs = model(x)
            total += loss_fn(outputs, y) * len(y)
            hits += (outputs.argmax(1) == y).sum()
            count += len(y)
    return (total / count).item(), (hits / count).item()
