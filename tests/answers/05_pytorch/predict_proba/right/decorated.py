@torch.no_grad()
def predict_proba(model, X):
    return torch.special.expit(model(X))
