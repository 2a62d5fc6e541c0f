def fit(model, loaders, optimizer, loss_fn, device, epochs, scheduler=None):
    from collections import defaultdict

    history = defaultdict(list)
    train, test = loaders
    for _ in range(epochs):
        history["train_loss"].append(train_epoch(model, train, optimizer, loss_fn, device))
        loss, accuracy = evaluate(model, test, loss_fn, device)
        history["test_loss"].append(loss)
        history["test_accuracy"].append(accuracy)
        history["lr"].append(optimizer.param_groups[0]["lr"])
        if scheduler is not None:
            scheduler.step()
    return dict(history)
