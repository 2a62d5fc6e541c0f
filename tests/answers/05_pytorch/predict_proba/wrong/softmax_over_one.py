def predict_proba(model, X):
    with torch.no_grad():
        return torch.softmax(model(X)[:, None], dim=1)[:, 0]
