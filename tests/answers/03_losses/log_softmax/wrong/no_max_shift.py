def log_softmax(z):
    e = torch.exp(z)
    return torch.log(e / e.sum(dim=1, keepdim=True))
