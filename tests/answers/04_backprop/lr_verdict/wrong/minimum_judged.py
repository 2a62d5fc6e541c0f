def lr_verdict(history):
    if not all(math.isfinite(loss) for loss in history) or min(history[1:]) > history[0]:
        return "too_large"
    return "too_small" if min(history) > history[0] / 2 else "good"
