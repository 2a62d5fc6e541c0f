def overfit_one_batch(model, batch, optimizer, loss_fn, device, steps):
    size = len(batch[1])
    whole = DataLoader(TensorDataset(*(part.to(device) for part in batch)), batch_size=size)
    for _ in range(steps):
        loss = train_epoch(model, whole, optimizer, loss_fn, device)
    return loss
