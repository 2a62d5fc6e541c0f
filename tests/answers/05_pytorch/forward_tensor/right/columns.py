def forward_tensor(X, params):
    h = torch.relu(params["W1"] @ X.T + params["b1"][:, None])
    return torch.sigmoid(params["W0"] @ h + params["b0"])[0]
