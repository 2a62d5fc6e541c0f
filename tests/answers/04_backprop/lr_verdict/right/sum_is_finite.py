def lr_verdict(history):
    *_, last = history
    if not math.isfinite(sum(history)) or not last <= history[0]:
        return "too_large"
    return "good" if last <= history[0] / 2 else "too_small"
