def evaluate(model, loader, loss_fn, device):
    before = torch.is_grad_enabled()
    torch.set_grad_enabled(False)
    model.to(device).eval()
    total, hits = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        outputs = model(x)
        total += loss_fn(outputs, y).item() * x.size(0)
        hits += outputs.argmax(-1).eq(y.view(-1)).sum().item()
    torch.set_grad_enabled(before)
    return total / len(loader.dataset), hits / len(loader.dataset)
