def evaluate(model, loader, loss_fn, device):
    model.to(device).eval()
    with torch.inference_mode():
        pairs = [(model(x.to(device)), y.to(device)) for x, y in loader]
        outputs = torch.cat([o for o, _ in pairs])
        targets = torch.cat([y for _, y in pairs])
        loss = loss_fn(outputs, targets)
        accuracy = (outputs.argmax(-1) == targets).float().mean()
    return loss.item(), accuracy.item()
