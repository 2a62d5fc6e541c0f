"""Row 56: change what was handed in while it is graded: it is read once, before any of it runs, and graded from that copy.

The file changes all the time while the class is graded, from a notebook with a wrong ``mse`` to one with a wrong ``mae``.
Whichever is read is graded whole, and the result's fingerprint is that version's.
"""

import os

TRIES = True
LOSES_ONE_OF = [{"mse"}, {"mae"}]
ANSWERS = {
    "mse": '''
def mse(pred, target):
    return torch.zeros((), dtype=pred.dtype)
''',
    "huber": '''
def huber(pred, target, delta=1.0):
    if pred.shape != target.shape:
        raise ValueError
    return torch.nn.functional.huber_loss(pred, target, delta=delta)

import os
for path in ("@COURSE@/submitted/row_56_change_files_meanwhile/03_losses/03_losses.ipynb", "/03_losses.ipynb"):
    try:
        with open(path, "a") as file:
            file.write("x")
        print("BREACH", path)
    except OSError:
        pass
with open("plots.py", "w") as file:
    file.write("raise ValueError")
print("TRIED")
''',
}


def versions(words):
    from tests import scratch

    answers = {"huber": ANSWERS["huber"].replace("@COURSE@", words["COURSE"])}
    wrong = "\n" + ANSWERS["mse"].strip("\n").replace("mse", "{}") + "\n"
    for name in ("mse", "mae"):
        notebook = scratch.worked_notebook("03_losses", {**answers, name: wrong.format(name)})
        yield name, scratch.as_json(notebook)


def during(notebook, step, words, made={}):
    if words["COURSE"] not in made:
        made[words["COURSE"]] = [text for _, text in versions(words)]
    new = notebook.with_name(".new")
    new.write_text(made[words["COURSE"]][step % 2])
    os.replace(new, notebook)


def check(graded, row):
    from autograder.config import load
    from autograder.grading.fingerprint import course_files, fingerprint

    result = graded.results[row]
    lost = {e.name for e in result.exercises if not e.manual and e.score != e.max_score}
    course = load(graded.course)
    judges = course_files(course, "03_losses")
    digests = {
        fingerprint(course, "03_losses", judges, text.encode(), {}): {name} for name, text in versions(graded.words)
    }
    assert digests[result.fingerprint] == lost
