def lr_verdict(history):
    losses = torch.tensor(history)
    if not torch.isfinite(losses).all() or losses[-1] > losses[0]:
        return "too_large"
    if losses[-1] / losses[0] > 0.5:
        return "too_small"
    return "good"
