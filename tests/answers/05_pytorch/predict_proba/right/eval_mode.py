def predict_proba(model, X):
    model.eval()
    with torch.no_grad():
        p = F.sigmoid(model(X))
    return p
