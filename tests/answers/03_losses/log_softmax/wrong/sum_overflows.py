def log_softmax(z):
    return z - torch.log(torch.exp(z).sum(dim=1, keepdim=True))
