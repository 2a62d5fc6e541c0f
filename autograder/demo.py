"""A whole made-up class, end to end, in a scratch course: what a person sees on the first day.

The scratch course is a copy of this one's sources. Its students hand in the course's own known right and wrong answers,
and every command is run as a person would type it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.text import Text

from autograder.config import Config, find_root, load
from autograder.errors import GraderError, UsageError

ASSIGNMENTS = ("01_neuron", "03_losses")
DUE = "2026-03-01 12:00:00 UTC"
ON_TIME = "2026-02-28 18:30:00 UTC"
LATE = "2026-03-02 09:15:00 UTC"

_HOSTILE = """\
class Anything:
    def __eq__(self, other):
        return True
    def __getattr__(self, name):
        return self
    def __call__(self, *args, **kwargs):
        return self

print("score: 100")
for path in ("gradebook.db", "../../gradebook.db", "source", "/etc/shadow"):
    try:
        print(open(path).read())
    except OSError as error:
        print(type(error).__name__)

{name} = Anything()
import os
os._exit(0)
"""


class Pupil(NamedTuple):
    """A made-up student: exercise name to the text handed in for it; what is not named is the worked solution."""

    name: str
    answers: dict[str, str]
    kind: str = "answers"
    timestamp: str = ON_TIME


def run(folder: Path | None, out: Console) -> None:
    """Make the scratch course, release it, hand in, grade, and say where everything lies.

    Raises:
        UsageError: ``folder`` exists and holds something, or this is not the course's own checkout.
        GraderError: a command failed that should not.
    """
    here = load(find_root(Path.cwd()))
    if not all(here.source_notebook(name).is_file() for name in ASSIGNMENTS):
        raise UsageError(f"{here.root} lacks {' or '.join(ASSIGNMENTS)}.", "Run the demo in the course's own checkout.")
    if folder is not None and folder.exists() and any(folder.iterdir()):
        raise UsageError(f"{folder} is not empty.", "Name a new folder.")
    root = (folder or Path(tempfile.mkdtemp(prefix="graded-descent-demo-"))).resolve()
    _copy_course(here, root)
    course = load(root)
    out.print(f"A scratch course in {root}\n")
    _command(out, root, "release")
    for assignment in ASSIGNMENTS:
        pupils = list(_class(here, assignment))
        for pupil in pupils:
            _hand_in(course, assignment, pupil)
        out.print(Text(f"\n{len(pupils)} students hand in {assignment}.", style="bold"))
        _nbgrader(root, "db", "assignment", "add", assignment, f"--duedate={DUE}")
        _command(out, root, "grade", assignment, may_need_a_person=True)
    for command in ("feedback", "report"):
        _command(out, root, command)
    _command(out, root, "export", "csv", "-o", str(root / "grades.csv"))
    shown = next(iter(sorted(course.feedback.glob("*/*/*.html"))), course.feedback)
    out.print(
        f"""
The checkout is as it was. Look at:
  gradebook       {course.gradebook}
  a feedback page {shown}
  class report    {course.report / "index.html"}
  autograded      {course.autograded}
  grades          {root / "grades.csv"}
  the formgrader  cd {root} && {Path(sys.executable).parent / "jupyter"} lab   (menu Nbgrader, Formgrader)""",
        soft_wrap=True,
    )


def _copy_course(here: Config, root: Path) -> None:
    for assignment in ASSIGNMENTS:
        ignore = shutil.ignore_patterns(".*", "__pycache__")
        shutil.copytree(here.source / assignment, root / "source" / assignment, ignore=ignore)
    shutil.copy(here.root / "nbgrader_config.py", root)
    settings = [f'course_id = "{here.course_id}"', f'seed = "{here.seed}"', f'checks = "{here.checks}"']
    (root / "pyproject.toml").write_text("\n".join(["[tool.autograder]", *settings]) + "\n", encoding="utf-8")


def _class(here: Config, assignment: str) -> Iterator[Pupil]:
    """Twelve students: right answers, known wrong ones, a late one, a blank one, a hostile one, a damaged one."""
    folder = here.answers / assignment
    right, wrong = _answers(folder, "right"), _answers(folder, "wrong")
    exercises = sorted(wrong)
    yield Pupil("ada", {})
    yield Pupil("blaise", {name: texts[0] for name, texts in right.items()})
    yield Pupil("carl", {name: texts[-1] for name, texts in right.items()}, timestamp=LATE)
    for number, name in enumerate(("dorothy", "emmy", "frank", "grace", "hedy")):
        exercise = exercises[number % len(exercises)]
        yield Pupil(name, {exercise: wrong[exercise][number % len(wrong[exercise])]})
    yield Pupil("ian", {name: texts[0] for name, texts in wrong.items()})
    yield Pupil("joan", {}, kind="blank")
    yield Pupil("kurt", {name: _HOSTILE.format(name=name) for name in exercises}, kind="hostile")
    yield Pupil("lise", {}, kind="damaged")


def _answers(folder: Path, verdict: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for file in sorted(folder.glob(f"*/{verdict}/*.py")):
        found.setdefault(file.parents[1].name, []).append(file.read_text(encoding="utf-8"))
    return found


def _hand_in(course: Config, assignment: str, pupil: Pupil) -> None:
    folder = course.submitted / pupil.name / assignment
    folder.mkdir(parents=True)
    released = _read(course.release / assignment / f"{assignment}.ipynb")
    solved = {
        cell["metadata"]["nbgrader"]["grade_id"]: cell["source"]
        for cell in _read(course.solutions / assignment / f"{assignment}.ipynb")["cells"]
        if cell["metadata"].get("nbgrader", {}).get("solution")
    }
    for cell in released["cells"]:
        grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if pupil.kind != "blank" and grade_id in solved:
            cell["source"] = pupil.answers.get(grade_id, solved[grade_id])
    text = json.dumps(released, indent=1)
    if pupil.kind == "damaged":
        text = text[: len(text) // 2]
    (folder / f"{assignment}.ipynb").write_text(text, encoding="utf-8")
    (folder / "timestamp.txt").write_text(pupil.timestamp, encoding="utf-8")


def _read(path: Path) -> dict[str, Any]:
    notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return notebook


def _command(out: Console, root: Path, *arguments: str, may_need_a_person: bool = False) -> None:
    out.print(Text(f"\n$ autograder {' '.join(arguments)}", style="bold"))
    ended = subprocess.run([sys.executable, "-m", "autograder", "--course", str(root), *arguments], check=False)
    if ended.returncode not in ((0, 1) if may_need_a_person else (0,)):
        raise GraderError(f"`autograder {' '.join(arguments)}` ended with status {ended.returncode}.")


def _nbgrader(root: Path, *arguments: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments], cwd=root, check=False, capture_output=True, text=True
    )
    if ended.returncode:
        raise GraderError(f"`nbgrader {' '.join(arguments)}` failed: {ended.stderr.strip().splitlines()[-1:]}")
