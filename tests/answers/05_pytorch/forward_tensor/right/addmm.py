def forward_tensor(X, params):
    h = torch.addmm(params["b1"], X, params["W1"].T).relu()
    return torch.addmm(params["b0"], h, params["W0"].T).view(-1).sigmoid()
