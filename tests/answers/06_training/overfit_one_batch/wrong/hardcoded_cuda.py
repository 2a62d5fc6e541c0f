def overfit_one_batch(model, batch, optimizer, loss_fn, device, steps):
    model.to("cuda")
    model.train()
    x, y = batch
    x = x.to("cuda")
    y = y.to("cuda")
    for _ in range(steps):
        optimizer.zero_grad()
        loss = loss_fn(model(x), y)
        loss.backward()
        optimizer.step()
    return loss.item()
