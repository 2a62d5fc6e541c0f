"""Finds what students handed in: ``submitted/<student>/<assignment>/<assignment>.ipynb``, nbgrader's layout."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import NamedTuple, NoReturn

from autograder.config import Config
from autograder.course.files import read_regular
from autograder.errors import GraderError, SubmissionError, UsageError
from autograder.wire import printable

STUDENT_ID = re.compile(r"(?=.{1,64}\Z)[A-Za-z0-9_@][A-Za-z0-9_@.+-]*(?: [A-Za-z0-9_@.+-]+)*")
TIMESTAMP = "timestamp.txt"  # nbgrader's record of when something was handed in
MAX_FILE_BYTES = 16 << 20
_MAX_FILES = 64
_MAX_NAMES = 200
_MAX_ENTRIES = 10_000
_MAX_DEPTH = 20
_NOTHING = "It holds no notebook."


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
        GraderError: submitted/ cannot be read.
    """
    known = config.assignments()
    if assignment not in known:
        raise UsageError(
            f"There is no assignment `{printable(assignment, 60)}` in {config.source}.",
            f"The assignments are: {', '.join(known) or 'none'}.",
        )
    try:
        folders = sorted(config.submitted.iterdir())
    except FileNotFoundError:
        folders = []
    except OSError as error:
        raise GraderError(
            f"{config.submitted} cannot be read: {error.strerror}.", "Give yourself the right to read it."
        ) from None
    found = [
        _submission(_as_text(folder.name), assignment, folder / assignment)
        for folder in folders
        if _is_there(folder / assignment) or _is_there(folder / f"{assignment}.ipynb")
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


def _as_text(name: str) -> str:
    """A file's name as valid Unicode: bytes that are not UTF-8 are written as ``\\xff``."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _is_there(path: Path) -> bool:
    """Whether something stands at ``path``, be it a link to nowhere; True also where that may not be known."""
    try:
        path.lstat()
    except OSError as error:
        return not isinstance(error, FileNotFoundError | NotADirectoryError)
    return True


def _submission(student: str, assignment: str, folder: Path) -> Submission:
    notebook = folder / f"{assignment}.ipynb"
    try:
        problem = _problem(student, assignment, folder, notebook)
    except OSError as error:
        problem = f"{folder} cannot be read: {error.strerror}. Give yourself the right to read it."
    return Submission(student, assignment, notebook, _timestamp(folder), problem)


def _problem(student: str, assignment: str, folder: Path, notebook: Path) -> str | None:
    """Why a submission cannot be graded. Raises OSError where that cannot be known."""
    if not STUDENT_ID.fullmatch(student):
        return (
            f"{printable(str(folder), 120)}: this folder name cannot be a student id. "
            "Use letters, digits and . _ @ + - only."
        )
    if not _is_there(folder):
        above = folder.with_name(notebook.name)
        return f"{above} lies beside the assignment's folder, not in it. Put it at {notebook}."
    if folder.is_symlink() or folder.parent.is_symlink():
        return f"{folder} is a symbolic link, which is not followed. Put the files themselves there."
    if not stat.S_ISDIR(folder.stat().st_mode):
        return f"{folder} is not a folder. Put the notebook at {notebook}."
    if not _is_there(notebook):
        return f"{notebook} does not exist. {_instead(folder)} Name the notebook {notebook.name}."
    return None


def _instead(folder: Path) -> str:
    """What a folder holds that may be the notebook, as a sentence."""
    names = list(islice(_names(folder), _MAX_NAMES))
    notebooks = [name for name in names if name.lower().endswith(".ipynb")]
    shown = ", ".join(printable(name, 60) for name in (notebooks or names)[:3])
    return f"It holds {shown}." if notebooks else f"It holds no notebook, but {shown}." if names else _NOTHING


def _names(folder: Path) -> Iterator[str]:
    with suppress(SubmissionError):
        for path in _walk(folder):
            if not _is_by_product(path.name):
                yield _as_text(str(path.relative_to(folder)))


def _walk(folder: Path) -> Iterator[Path]:
    """What lies in a folder and below that is no folder, by name; what programs made on their own is passed over.

    Raises:
        SubmissionError: a folder cannot be read, or there is more than anybody hands in. ``os.walk`` would recurse.
    """
    left = [(folder, 0)]
    seen = 0
    while left:
        here, depth = left.pop()
        inside: list[tuple[Path, int]] = []
        try:
            with os.scandir(here) as entries:
                found = sorted(islice(entries, _MAX_ENTRIES), key=lambda entry: entry.name)
        except OSError as error:
            _cannot_be_read(error)
        seen += len(found)
        if seen >= _MAX_ENTRIES or depth > _MAX_DEPTH:
            bound = (
                f"{_MAX_ENTRIES} files and folders" if seen >= _MAX_ENTRIES else f"{_MAX_DEPTH} folders in each other"
            )
            raise SubmissionError(f"{folder} holds more than {bound}.", "Hand in what is needed only.")
        for entry in found:
            if not entry.is_dir(follow_symlinks=False):
                yield Path(entry.path)
            elif not _is_by_product(entry.name):
                inside.append((Path(entry.path), depth + 1))
        left += reversed(inside)


def _is_by_product(name: str) -> bool:
    """Whether JupyterLab, Python, macOS or Windows made it on its own."""
    return name.startswith((".", "__pycache__", "__MACOSX")) or name in ("Thumbs.db", "desktop.ini", TIMESTAMP)


def _timestamp(folder: Path) -> str | None:
    """The text of nbgrader's timestamp.txt; what is no text is left to whoever reads it as a date."""
    file = folder / TIMESTAMP
    if not _is_there(file):
        return None
    try:
        return read_regular(file, 200).decode("utf-8", "backslashreplace").strip() or None
    except SubmissionError as error:
        return error.message


def files_beside(notebook: Path, max_bytes: int | None = None) -> dict[str, bytes]:
    """The regular files beside a notebook and below, by relative path.

    Links, devices, notebooks, and files whose names are not UTF-8 are left out.

    Args:
        max_bytes: of all of them together.

    Raises:
        SubmissionError: there are too many or too large ones, or one cannot be read.
    """
    found: dict[str, bytes] = {}
    size = 0
    for path in _walk(notebook.parent):
        if not _goes_along(path):
            continue
        content = read_regular(path, MAX_FILE_BYTES, fix="Leave it out.")
        size += len(content)
        found[str(path.relative_to(notebook.parent))] = content
        if len(found) > _MAX_FILES or (max_bytes is not None and size > max_bytes):
            bound = f"{_MAX_FILES} files" if len(found) > _MAX_FILES else f"{(max_bytes or 0) >> 20} MiB of files"
            raise SubmissionError(f"{notebook.parent} holds more than {bound}.", "Hand in what is needed only.")
    return found


def _goes_along(path: Path) -> bool:
    name = str(path)
    if path.name.startswith(".") or path.name == TIMESTAMP or path.suffix == ".ipynb" or _as_text(name) != name:
        return False
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError as error:
        _cannot_be_read(error)


def _cannot_be_read(error: OSError) -> NoReturn:
    name = printable(_as_text(str(error.filename)), 200)
    raise SubmissionError(f"{name} cannot be read: {error.strerror}.", "Leave it out.") from None


def without_conflicts(handed_in: Mapping[str, bytes], own: Mapping[str, bytes]) -> dict[str, bytes]:
    """The student's files beside the course's ``own``: none stands where one of those, or a folder of those, goes."""
    folders = {str(parent) for name in own for parent in Path(name).parents}
    kept = {
        name: content
        for name, content in handed_in.items()
        if name not in folders and not any(str(parent) in own for parent in Path(name).parents)
    }
    return {**kept, **own}
