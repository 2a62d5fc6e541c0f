"""Row 14: leave files beside the notebook that look like results, and modules that look like the grader: never read."""

import json

LOSES = {"mse"}
ANSWERS = {
    "mse": '''
import json, os
os.makedirs("results", exist_ok=True)
for name in ("results/03_losses.json", "results.json", "score.txt", ".recorded", "/sandbox/results/results.json"):
    with open(name, "w") as file:
        json.dump({"score": 30.0, "tests": [{"score": 30, "max_score": 30}]}, file)

def mse(pred, target):
    return torch.zeros((), dtype=pred.dtype)
''',
}
FORGED = {
    "results.json": json.dumps({"score": 30.0}),
    "03_losses.json": json.dumps({"assignment": "03_losses", "score": 30.0, "max_score": 30.0}),
    "results/x/03_losses.json": json.dumps({"score": 30.0}),
    "gradebook.db": "SQLite format 3",
    "conftest.py": "raise SystemExit(0)",
    "pytest.py": "print('30 passed')",
    "sitecustomize.py": "raise SystemExit(0)",
    "autograder/__init__.py": "def grade(*a, **k): return 30.0",
    "pyproject.toml": "[tool.autograder]\nseed = 'mine'",
    "nbgrader_config.py": "raise SystemExit(0)",
}


def beside(folder, words):
    for name, text in FORGED.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
