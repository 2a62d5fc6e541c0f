def train_epoch(model, loader, optimizer, loss_fn, device):
    def moved(batch):
        if isinstance(batch, dict):
            return {key: moved(part) for key, part in batch.items()}
        if isinstance(batch, (list, tuple)):
            return type(batch)(moved(part) for part in batch)
        return batch.to(device, non_blocking=True)

    model.to(device).train()
    total = torch.zeros((), device=device)
    for batch in loader:
        batch = moved(dict(zip(("x", "y"), batch)))
        optimizer.zero_grad(set_to_none=True)
        loss = loss_fn(model(batch["x"]), batch["y"])
        loss.backward()
        optimizer.step()
        total += loss.detach() * len(batch["y"])
    return (total / len(loader.dataset)).item()
