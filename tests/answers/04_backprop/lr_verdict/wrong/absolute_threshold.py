def lr_verdict(history):
    if not all(math.isfinite(loss) for loss in history) or history[-1] > history[0]:
        return "too_large"
    return "too_small" if history[-1] > 0.4 else "good"
