def lr_verdict(history):
    if any(loss != loss or loss in (float("inf"), float("-inf")) for loss in history):
        return "too_large"
    left = history[-1] / history[0] if history[0] else 0.0
    return "too_large" if left > 1 else "too_small" if left > 0.5 else "good"
