def predict_proba(model, X):
    with torch.no_grad():
        return F.logsigmoid(model(X))
