def predict_proba(model, X):
    return nn.Sigmoid()(model(X).data)
