def fit(model, loaders, optimizer, loss_fn, device, epochs, scheduler=None):
    rows = []
    for _ in range(epochs):
        rate = optimizer.param_groups[0]["lr"]
        loss = train_epoch(model, loaders[0], optimizer, loss_fn, device)
        rows.append((loss, *evaluate(model, loaders[1], loss_fn, device), rate))
        if scheduler is not None:
            scheduler.step()
    return dict(zip(("train_loss", "test_loss", "test_accuracy", "lr"), map(list, zip(*rows))))
