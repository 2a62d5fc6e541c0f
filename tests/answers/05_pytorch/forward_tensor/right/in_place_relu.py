def forward_tensor(X, params):
    h = X @ params["W1"].T
    h = h + params["b1"]
    h = h.relu_()
    return torch.sigmoid(h @ params["W0"].T + params["b0"]).reshape(len(X))
