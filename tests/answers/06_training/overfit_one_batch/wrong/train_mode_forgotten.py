def overfit_one_batch(model, batch, optimizer, loss_fn, device, steps):
    model.to(device)
    x, y = batch
    x = x.to(device)
    y = y.to(device)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = loss_fn(model(x), y)
        loss.backward()
        optimizer.step()
    return loss.item()
