def classify_task(description: str) -> str:
    category = {
        TASKS[0]: "supervised",
        TASKS[1]: "unsupervised",
        TASKS[2]: "reinforcement",
        TASKS[3]: "supervised",
        TASKS[4]: "reinforcement",
        TASKS[5]: "unsupervised",
        TASKS[6]: "supervised",
        TASKS[7]: "unsupervised",
        TASKS[8]: "reinforcement",
    }
    for task, kind in category.items():
        if description in task:
            return kind
    raise KeyError(description)
