def nll(log_probs, target):
    return log_probs[torch.arange(len(target)), target].mean()
