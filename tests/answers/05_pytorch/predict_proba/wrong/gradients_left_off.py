def predict_proba(model, X):
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    return torch.sigmoid(model(X)).detach()
