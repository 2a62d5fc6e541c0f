"""Files whose names stand in the way of the course's, are no text, or span lines: the course's own files win."""

import os

LOSES: set[str] = set()
ANSWERS: dict[str, str] = {}


def beside(folder, words):
    for name in ("plots.py/x", "torch/nothing.txt", "a\nb", "plots.pyc", "__pycache__/plots.cpython-311.pyc", "-rf", "~"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("raise SystemExit")
    with open(os.fsencode(folder) + b"/\xff\xfe", "w") as file:
        file.write("no name")
