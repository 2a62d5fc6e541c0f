def lr_verdict(history):
    for loss in history:
        if math.isnan(loss) or math.isinf(loss):
            return "too_large"
    if history[-1] > history[0]:
        return "too_large"
    elif history[-1] > 0.5 * history[0]:
        return "too_small"
    else:
        return "good"
