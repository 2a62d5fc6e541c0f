def classify_task(description: str) -> str:
    category = {
        TASKS[0]: "supervised",
        TASKS[1]: "unsupervised",
        TASKS[2]: "supervised",
        TASKS[3]: "supervised",
        TASKS[4]: "supervised",
        TASKS[5]: "unsupervised",
        TASKS[6]: "supervised",
        TASKS[7]: "unsupervised",
        TASKS[8]: "reinforcement",
    }
    return category[description]
