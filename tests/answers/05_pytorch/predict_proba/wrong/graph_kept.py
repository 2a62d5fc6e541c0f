def predict_proba(model, X):
    return torch.sigmoid(model(X))
