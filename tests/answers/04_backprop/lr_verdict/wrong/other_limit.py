def lr_verdict(history):
    first, last = history[0], history[-1]
    if not all(math.isfinite(loss) for loss in history) or last > first:
        return "too_large"
    return "too_small" if last > 0.7 * first else "good"
