def evaluate(model, loader, loss_fn, device):
    was_training = model.training
    model.to(device).eval()
    total = hits = count = 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device, non_blocking=True), y.to(device, non_blocking=True)
            outputs = model(x)
            total += float(loss_fn(outputs, y)) * x.shape[0]
            hits += int((outputs.argmax(1) == y).sum())
            count += x.shape[0]
    model.train(was_training)
    return total / count, hits / count
