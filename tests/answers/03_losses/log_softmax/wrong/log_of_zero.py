def log_softmax(z):
    return torch.log(torch.softmax(z, dim=1))
