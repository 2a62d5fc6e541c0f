def predict_proba(model, X):
    with torch.no_grad():
        return torch.cat([torch.sigmoid(model(x[None])) for x in X])
