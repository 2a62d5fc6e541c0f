def linear_forward(X, W, b):
    return torch.mm(X, W.T).add(b), (X.clone(), W.clone(), b.clone())
