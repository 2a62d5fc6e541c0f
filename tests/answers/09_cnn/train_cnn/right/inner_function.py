def train_cnn(model, loader, epochs=10, lr=0.05):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)

    def step(images, labels):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        return len(labels) * float(loss)

    model.train(True)
    return [sum(step(*batch) for batch in loader) / len(loader.dataset) for _ in range(epochs)]
