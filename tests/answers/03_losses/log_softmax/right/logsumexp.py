def log_softmax(z):
    return z - torch.logsumexp(z, dim=1, keepdim=True)
