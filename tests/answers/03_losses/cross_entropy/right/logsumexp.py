def cross_entropy(logits, target):
    picked = logits.gather(1, target[:, None])[:, 0]
    return (logits.logsumexp(1) - picked).mean()
