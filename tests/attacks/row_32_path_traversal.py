"""Row 32: paths that lead elsewhere, in attachments, file names and student ids: refused, or never used as paths."""

import os

LOSES: set[str] = set()
ANSWERS: dict[str, str] = {}
IDS = ("..%2F..%2Fetc", "..\\..\\x", " ../x".replace("/", "\u2215"), "a\nb", "x;rm -rf ~", "$(touch x)", "-rf", "..x", "ｘ")


def edit(notebook):
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            cell["attachments"] = {"../../../../escaped.txt": {"image/png": "AAAA", "../x": "/etc/passwd"}}
    notebook["metadata"]["path"] = "../../../../escaped.txt"
    notebook["cells"][0]["id"] = "../../../../escaped"


def submissions(submitted, notebook, words):
    for student in IDS:
        (submitted / student / "03_losses").mkdir(parents=True)
        (submitted / student / "03_losses" / "03_losses.ipynb").write_text(notebook)
    raw = os.fsencode(submitted) + b"/\xff\xfe"
    os.makedirs(raw + b"/03_losses")
    with open(raw + b"/03_losses/03_losses.ipynb", "w") as file:
        file.write(notebook)
    return dict.fromkeys((*IDS, r"\xff\xfe"), "cannot be a student id")


def check(graded, row):
    assert not list(graded.course.parent.rglob("escaped*"))
    assert not list(graded.course.glob("x*"))
