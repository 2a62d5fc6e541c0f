def lr_verdict(history):
    start, end = history[0], history[len(history) - 1]
    exploded = not all(0 <= loss < math.inf for loss in history)
    if exploded or start < end:
        return "too_large"
    if 2 * end > start:
        return "too_small"
    return "good"
