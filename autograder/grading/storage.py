"""Where results lie on disk, and how they get there: whole or not at all.

A result carries a seal, a digest of itself: one that was damaged, edited by hand or copied from another student is as
good as none, and is made again.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from autograder.config import Config
from autograder.course.notebook import exercises, read_source
from autograder.errors import CourseError, GraderError
from autograder.results import SCHEMA_VERSION, SubmissionResult, from_json, to_json
from autograder.sandbox.keeper import is_running

_TEMPORARY = re.compile(r"\..+\.(\d+)(?:\.[a-z0-9_]+|-journal)?")  # .NAME.PID.RANDOM, and SQLite's beside one


def result_file(config: Config, student: str, assignment: str) -> Path:
    return config.results / student / f"{assignment}.json"


def autograded_file(config: Config, student: str, assignment: str) -> Path:
    return config.autograded / student / assignment / f"{assignment}.ipynb"


def load(config: Config, student: str, assignment: str) -> SubmissionResult | None:
    """A stored result, or None where there is none that this version wrote for this student and nobody changed."""
    try:
        content = result_file(config, student, assignment).read_bytes()
        result, seal = from_json(content), msgspec.json.decode(content, type=_Sealed).seal
    except (OSError, ValueError, RecursionError, msgspec.MsgspecError):
        return None
    whole = (result.schema, result.student, result.assignment) == (SCHEMA_VERSION, student, assignment)
    return result if whole and seal == _seal(result) else None


def load_notebook(config: Config, result: SubmissionResult) -> dict[str, Any]:
    """The autograded notebook of a stored result, as nbformat 4.

    Raises:
        GraderError: it cannot be read, or is not this result's.
    """
    assert result.student is not None
    file = autograded_file(config, result.student, result.assignment)
    fix = "Grade the assignment again with --force."
    try:
        read = read_source(file)
        notebook: dict[str, Any] = json.loads(file.read_bytes())
    except (OSError, ValueError, CourseError) as error:
        said = error.message if isinstance(error, CourseError) else f"{file} cannot be read: {error}."
        raise GraderError(said, fix) from None
    if [e.name for e in exercises(read)] != [e.name for e in result.exercises] or not all(
        map(_is_run, notebook["cells"])
    ):
        raise GraderError(f"{file} is not the notebook that was graded.", fix)
    return notebook


def _is_run(cell: dict[str, Any]) -> bool:
    """Whether a cell has the outputs that its type asks for."""
    outputs = cell.get("outputs", [] if cell["cell_type"] != "code" else None)
    return isinstance(outputs, list) and all(isinstance(o, dict) and "output_type" in o for o in outputs)


class _Sealed(msgspec.Struct):
    seal: str = ""


def _seal(result: SubmissionResult) -> str:
    return hashlib.sha256(to_json(result)).hexdigest()


def save(config: Config, result: SubmissionResult, notebook: dict[str, Any] | None) -> None:
    """Store a result, and the autograded notebook before it: a stored result vouches for its notebook.

    Raises:
        GraderError: the disk is full, or the folder cannot be written.
    """
    assert result.student is not None
    student = result.student
    result = from_json(to_json(result))  # the digest is that of what will be read: of 0.0, say, where this holds 0
    if notebook is not None:
        text = json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
        write_atomically(autograded_file(config, student, result.assignment), text.encode())
    sealed = msgspec.json.encode({**msgspec.to_builtins(result), "seal": _seal(result)})
    file = result_file(config, student, result.assignment)
    write_atomically(file, msgspec.json.format(sealed, indent=2) + b"\n")


def write_atomically(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path`` so that a reader, or a crash, finds the old file or the new one.

    Raises:
        GraderError: the disk is full, or the folder cannot be written; the old file is as it was.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.{os.getpid()}.")
        try:
            with open(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(temporary, 0o666 & ~_umask())
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise unwritable(path, error, ": what is done is kept") from None


def unwritable(path: Path, error: OSError, then: str = "") -> GraderError:
    """Why a file could not be written, and what to do; ``then`` goes on where the last sentence ends."""
    in_the_way = isinstance(error, IsADirectoryError | NotADirectoryError | FileExistsError)
    remedy = "Move away what stands there" if in_the_way else "Make room, or give yourself the right to write there"
    fix = f"{remedy}, then run the same command again{then}."
    return GraderError(f"{path} could not be written: {error.strerror}.", fix)


def sweep(config: Config) -> None:
    """Remove the unfinished files that a killed run left behind."""
    for pattern in ("results/*/.*", "autograded/*/*/.*", f".{config.gradebook.name}.*"):
        for path in config.root.glob(pattern):
            match = _TEMPORARY.fullmatch(path.name)
            if match and not is_running(int(match[1])):
                with suppress(OSError):
                    path.unlink()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
