def overfit_one_batch(model, batch, optimizer, loss_fn, device, steps):
    model.to(device)
    model.train()
    x, y = batch
    for _ in range(steps):
        optimizer.zero_grad()
        loss = loss_fn(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
    return loss.item()
