def lr_verdict(history):
    if not all(math.isfinite(loss) for loss in history) or history[-1] > history[0]:
        return "too_large"
    return "good" if history[-1] < history[0] else "too_small"
