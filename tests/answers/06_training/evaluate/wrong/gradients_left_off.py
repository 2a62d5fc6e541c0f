def evaluate(model, loader, loss_fn, device):
    model.to(device).eval()
    torch.set_grad_enabled(False)
    total, hits = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        outputs = model(x)
        total += loss_fn(outputs, y).item() * len(y)
        hits += (outputs.argmax(dim=1) == y).sum().item()
    return total / len(loader.dataset), hits / len(loader.dataset)
