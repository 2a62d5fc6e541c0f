def nll(log_probs, target):
    return -log_probs.exp()[torch.arange(len(target)), target].mean()
