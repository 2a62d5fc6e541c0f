def predict_proba(model, X):
    with torch.no_grad():
        return model(X).sigmoid().sigmoid()
