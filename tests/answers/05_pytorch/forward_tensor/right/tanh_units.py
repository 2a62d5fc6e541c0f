def forward_tensor(X, params):
    h = torch.tanh(X @ params["W1"].T + params["b1"])
    return torch.sigmoid((h @ params["W0"].T + params["b0"]).squeeze(1))
