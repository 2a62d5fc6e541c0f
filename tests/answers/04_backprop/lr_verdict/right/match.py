def lr_verdict(history):
    finite = all(map(math.isfinite, history))
    match (finite, history[-1] > history[0], history[-1] * 2 > history[0]):
        case (False, _, _) | (_, True, _):
            return "too_large"
        case (_, _, True):
            return "too_small"
        case _:
            return "good"
