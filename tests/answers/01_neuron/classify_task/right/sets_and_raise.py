def classify_task(description):
    if description in {TASKS[0], TASKS[3], TASKS[6]}:
        return "supervised"
    elif description in {TASKS[1], TASKS[5], TASKS[7]}:
        return "unsupervised"
    elif description in {TASKS[2], TASKS[4], TASKS[8]}:
        return "reinforcement"
    raise KeyError(description)
