def train_cnn(model, loader, epochs=10, lr=0.05):
    parameters = list(model.parameters())
    velocity = [torch.zeros_like(p) for p in parameters]
    model.train()
    history = []
    for _ in range(epochs):
        losses = []
        for images, labels in loader:
            loss = F.cross_entropy(model(images), labels)
            gradients = torch.autograd.grad(loss, parameters)
            with torch.no_grad():
                for p, v, g in zip(parameters, velocity, gradients):
                    v.mul_(0.9).add_(g)
                    p -= lr * v
            losses += [loss.item()] * len(labels)
        history.append(sum(losses) / len(losses))
    return history
