def evaluate(model, loader, loss_fn, device):
    model.to(device).eval()
    sums = torch.zeros(2, device=device)
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            outputs = model(x)
            sums += torch.stack([loss_fn(outputs, y) * len(y), (outputs.argmax(1) == y).sum()])
    loss, accuracy = (sums / len(loader.dataset)).tolist()
    return loss, accuracy
