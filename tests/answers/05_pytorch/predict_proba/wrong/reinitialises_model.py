def predict_proba(model, X):
    model = TwoEightOne().to(X.dtype)
    with torch.no_grad():
        return torch.sigmoid(model(X))
