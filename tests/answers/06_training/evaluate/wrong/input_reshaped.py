def evaluate(model, loader, loss_fn, device):
    model.to(device).eval()
    total, hits = 0.0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.flatten(start_dim=1).to(device), y.to(device)
            outputs = model(x)
            total += loss_fn(outputs, y).item() * len(y)
            hits += (outputs.argmax(dim=1) == y).sum().item()
    return total / len(loader.dataset), hits / len(loader.dataset)
