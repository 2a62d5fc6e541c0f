def train_cnn(model, loader, epochs=10, lr=0.05):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    model.train()
    history = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for images, labels in loader:
            if len(labels) < loader.batch_size:
                continue
            optimizer.zero_grad()
            loss = F.cross_entropy(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(labels)
            count += len(labels)
        history.append(total / count)
    return history
