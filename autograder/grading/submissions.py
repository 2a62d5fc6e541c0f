"""Finds what students handed in: ``submitted/<student>/<assignment>/<assignment>.ipynb``, nbgrader's layout."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import NamedTuple

from autograder.config import Config
from autograder.course.files import read_regular
from autograder.errors import SubmissionError, UsageError
from autograder.wire import printable

STUDENT_ID = re.compile(r"[A-Za-z0-9_@][A-Za-z0-9_@.+ -]{0,63}")
TIMESTAMP = "timestamp.txt"  # nbgrader's record of when something was handed in
_MAX_FILE_BYTES = 16 << 20
_MAX_FILES = 64


class Submission(NamedTuple):
    """One student's folder for one assignment.

    Attributes:
        notebook: where the notebook lies, or should.
        timestamp: text of nbgrader's timestamp.txt, or None.
        problem: why it cannot be graded, naming the file and the fix; None when nothing is known against it.
    """

    student: str
    assignment: str
    notebook: Path
    timestamp: str | None = None
    problem: str | None = None


def find(config: Config, assignment: str, students: list[str] | None = None) -> list[Submission]:
    """The assignment's submissions, by student id.

    Args:
        students: only these ids.

    Raises:
        UsageError: there is no such assignment, or one of ``students`` handed in nothing.
    """
    known = config.assignments()
    if assignment not in known:
        raise UsageError(
            f"There is no assignment `{printable(assignment, 60)}` in {config.source}.",
            f"The assignments are: {', '.join(known) or 'none'}.",
        )
    found = [
        _submission(folder.name, assignment, folder / assignment)
        for folder in sorted(config.submitted.glob("*"))
        if (folder / assignment).exists() and not folder.name.startswith(".")
    ]
    if students is None:
        return found
    missing = sorted(set(students) - {s.student for s in found})
    if missing:
        raise UsageError(
            f"Nothing was handed in for {assignment} by: {', '.join(printable(m, 60) for m in missing)}.",
            f"Put their notebooks in {config.submitted}/<student>/{assignment}/.",
        )
    return [s for s in found if s.student in students]


def _submission(student: str, assignment: str, folder: Path) -> Submission:
    notebook = folder / f"{assignment}.ipynb"
    problem = None
    if not STUDENT_ID.fullmatch(student):
        problem = (
            f"{printable(str(folder), 120)}: this folder name cannot be a student id. "
            "Use letters, digits and . _ @ + - only."
        )
    elif folder.is_symlink() or folder.parent.is_symlink():
        problem = f"{folder} is a symbolic link, which is not followed. Put the files themselves there."
    elif not folder.is_dir():
        problem = f"{folder} is not a folder. Put the notebook at {notebook}."
    elif not os.path.lexists(notebook):
        others = sorted(p.name for p in folder.glob("*.ipynb"))
        found = f" It holds {', '.join(printable(n, 60) for n in others[:3])}." if others else " It holds no notebook."
        problem = f"{notebook} does not exist.{found} Name the notebook {notebook.name}."
    return Submission(student, assignment, notebook, _timestamp(folder), problem)


def _timestamp(folder: Path) -> str | None:
    try:
        return read_regular(folder / TIMESTAMP, 200).decode("utf-8").strip() or None
    except (SubmissionError, UnicodeDecodeError):
        return None


def files_beside(notebook: Path) -> dict[str, bytes]:
    """The regular files beside a notebook and below, by relative path; links, devices and notebooks are left out.

    Raises:
        SubmissionError: there are too many or too large ones.
    """
    found: dict[str, bytes] = {}
    for folder, folders, names in os.walk(notebook.parent, followlinks=False):
        folders[:] = sorted(f for f in folders if not f.startswith((".", "__pycache__")))
        for name in sorted(names):
            path = Path(folder, name)
            if (
                name.startswith(".")
                or name == TIMESTAMP
                or path.suffix == ".ipynb"
                or not stat.S_ISREG(path.lstat().st_mode)
            ):
                continue
            found[str(path.relative_to(notebook.parent))] = read_regular(path, _MAX_FILE_BYTES, fix="Leave it out.")
            if len(found) > _MAX_FILES:
                raise SubmissionError(
                    f"{notebook.parent} holds more than {_MAX_FILES} files.", "Hand in what is needed only."
                )
    return found
