def fit(model, loaders, optimizer, loss_fn, device, epochs, scheduler=None):
    train_loader, test_loader = loaders
    history = {"train_loss": [], "test_loss": [], "test_accuracy": [], "lr": []}
    for epoch in range(epochs):
        lr = optimizer.param_groups[0]["lr"]
        train_loss = train_epoch(model, train_loader, optimizer, loss_fn, device)
        if scheduler:
            scheduler.step()
        test_loss, test_accuracy = evaluate(model, test_loader, loss_fn, device)
        for key, value in zip(history, (train_loss, test_loss, test_accuracy, lr)):
            history[key].append(value)
    return history
