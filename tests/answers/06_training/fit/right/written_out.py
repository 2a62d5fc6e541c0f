def fit(model, loaders, optimizer, loss_fn, device, epochs, scheduler=None):
    train_loader, test_loader = loaders
    model.to(device)
    history = {key: [] for key in ("train_loss", "test_loss", "test_accuracy", "lr")}
    for _ in range(epochs):
        model.train()
        total, n = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = loss_fn(model(x), y)
            loss.backward()
            optimizer.step()
            total, n = total + loss.item() * len(y), n + len(y)
        history["train_loss"].append(total / n)
        history["lr"].append(optimizer.param_groups[0]["lr"])
        test_loss, test_accuracy = evaluate(model, test_loader, loss_fn, device)
        history["test_loss"].append(test_loss)
        history["test_accuracy"].append(test_accuracy)
        if scheduler is not None:
            scheduler.step()
    return history
