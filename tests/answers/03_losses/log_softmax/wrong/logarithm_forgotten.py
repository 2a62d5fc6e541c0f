def log_softmax(z):
    return torch.softmax(z, dim=1)
