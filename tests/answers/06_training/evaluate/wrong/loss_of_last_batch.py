def evaluate(model, loader, loss_fn, device):
    model.to(device)
    model.eval()
    total, hits, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x = x.to(device)
            y = y.to(device)
            outputs = model(x)
            loss = loss_fn(outputs, y).item()
            hits += (outputs.argmax(1) == y).sum().item()
            count += len(y)
    return loss, hits / count
