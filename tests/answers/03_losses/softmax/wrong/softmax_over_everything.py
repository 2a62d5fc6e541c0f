def softmax(z):
    e = torch.exp(z - z.max())
    return e / e.sum()
