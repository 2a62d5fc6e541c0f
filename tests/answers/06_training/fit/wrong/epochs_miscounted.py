def fit(model, loaders, optimizer, loss_fn, device, epochs, scheduler=None):
    train_loader, test_loader = loaders
    history = {"train_loss": [], "test_loss": [], "test_accuracy": [], "lr": []}
    for epoch in range(epochs):
        history["lr"].append(optimizer.param_groups[0]["lr"])
        history["train_loss"].append(train_epoch(model, train_loader, optimizer, loss_fn, device))
        test_loss, test_accuracy = evaluate(model, test_loader, loss_fn, device)
        history["test_loss"].append(test_loss)
        history["test_accuracy"].append(test_accuracy)
        if epoch > 0 and test_loss > history["test_loss"][-2]:
            break
        if scheduler is not None:
            scheduler.step()
    return history
