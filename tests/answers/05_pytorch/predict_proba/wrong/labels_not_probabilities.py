def predict_proba(model, X):
    with torch.no_grad():
        return torch.sigmoid(model(X)).round()
