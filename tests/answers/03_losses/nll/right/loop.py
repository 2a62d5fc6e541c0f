def nll(log_probs, target):
    return -sum(row[t] for row, t in zip(log_probs, target)) / len(target)
