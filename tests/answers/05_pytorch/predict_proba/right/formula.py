def predict_proba(model, X):
    with torch.no_grad():
        z = model(X)
    return 1 / (1 + torch.exp(-z))
