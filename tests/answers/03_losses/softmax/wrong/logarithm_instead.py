def softmax(z):
    return torch.log_softmax(z, dim=1)
