def predict_proba(model, X):
    with torch.inference_mode():
        return model(X).sigmoid()
