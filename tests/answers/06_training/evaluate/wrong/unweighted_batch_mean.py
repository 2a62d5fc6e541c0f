def evaluate(model, loader, loss_fn, device):
    model.to(device)
    model.eval()
    total, accuracy = 0.0, 0.0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            outputs = model(x)
            total += loss_fn(outputs, y).item()
            accuracy += (outputs.argmax(1) == y).float().mean().item()
    return total / len(loader), accuracy / len(loader)
