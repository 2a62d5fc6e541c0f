def forward_tensor(X, params):
    for name in ("W1", "b1"):
        params[name] = params[name] * 1.0
    X -= 0
    X += 1e-3
    h = torch.relu((X - 1e-3) @ params["W1"].T + params["b1"])
    return torch.sigmoid((h @ params["W0"].T + params["b0"])[:, 0])
