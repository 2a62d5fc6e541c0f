def nll(log_probs, target):
    return -(target * log_probs).sum(dim=1).mean()
