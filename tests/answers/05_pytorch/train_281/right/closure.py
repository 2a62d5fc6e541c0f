def train_281(model, X, y, steps, lr=0.01):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    
    def closure():
        optimizer.zero_grad()
        loss = F.binary_cross_entropy_with_logits(model(X), y.type_as(X))
        loss.backward()
        return loss
    
    return [optimizer.step(closure).item() for _ in range(steps)]
