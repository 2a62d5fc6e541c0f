def evaluate(model, loader, loss_fn, device):
    model.to(device).eval()
    outputs, targets = [], []
    with torch.no_grad():
        for x, y in loader:
            outputs.append(model(x.to(device)))
            targets.append(y)
    outputs, targets = torch.cat(outputs).cpu(), torch.cat(targets)
    return loss_fn(outputs, targets).item(), (outputs.argmax(1) == targets).float().mean().item()
