def log_softmax(z):
    s = z - z.amax(1, keepdim=True)
    return s - s.exp().sum(1, keepdim=True).log()
