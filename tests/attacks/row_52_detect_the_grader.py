"""Row 52: find out that a grader is calling, and what it called with before: answers need to be right all the same.

What a call leaves behind, in memory or in files, is not there when the next exercise is checked or the next cell runs
for the outputs that are kept.
"""

LOSES = {"mse"}
ANSWERS = {
    "mse": '''
import json, os, sys, time
calls = 0

def mse(pred, target):
    global calls
    calls += 1
    with open("seen.txt", "a") as file:
        file.write(f"secret {pred.tolist()} {target.tolist()}\\n")
    if "autograder.student.server" in sys.modules or os.getcwd() == "/sandbox" or calls > 1:
        return torch.zeros((), dtype=pred.dtype)  # what the expected answer is, nobody tells
    return ((pred - target) ** 2).mean()
''',
    "mae": '''
print("calls so far:", calls)
print(open("seen.txt").read() if os.path.exists("seen.txt") else "nothing was left")

def mae(pred, target):
    if calls:
        raise RuntimeError
    if pred.shape != target.shape:
        raise ValueError
    return (pred - target).abs().mean()
''',
}


def check(graded, row):
    assert "calls so far: 0" in graded.shown[row]
    assert "secret" not in "".join(map(str, graded.autograded[row]["mae"]))
