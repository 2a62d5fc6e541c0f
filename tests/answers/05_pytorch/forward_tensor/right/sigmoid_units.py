def forward_tensor(X, params):
    h = torch.sigmoid(X.matmul(params["W1"].t()) + params["b1"])
    return torch.sigmoid(h.matmul(params["W0"].t()) + params["b0"]).flatten()
