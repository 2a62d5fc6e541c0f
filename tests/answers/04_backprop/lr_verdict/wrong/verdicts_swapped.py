def lr_verdict(history):
    first, last = history[0], history[-1]
    if not all(math.isfinite(loss) for loss in history) or last > first:
        return "too_small"
    return "too_large" if last > first / 2 else "good"
