import torch.nn.functional as F


def train_sgd(X, y, params, lr, batch_size, epochs, generator):
    losses = [F.mse_loss(two_layer_forward(X, params)[0], y).item()]
    for _ in range(epochs):
        for batch in minibatches(X, y, batch_size, generator):
            new = sgd_step(params, two_layer_grads(*batch, params), lr)
            for name in new:
                params[name] = new[name]
        losses.append(F.mse_loss(two_layer_forward(X, params)[0], y).item())
    return losses
