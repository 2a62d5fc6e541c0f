def nll(log_probs, target):
    return -log_probs.gather(1, target[:, None]).mean()
