"""Where results lie on disk, and how they get there: whole or not at all."""

from __future__ import annotations

import json
import os
import re
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from autograder.config import Config
from autograder.errors import GraderError
from autograder.results import SubmissionResult, from_json, to_json
from autograder.sandbox.keeper import is_running

_TEMPORARY = re.compile(r"\..+\.(\d+)(?:\.[a-z0-9_]+|-journal)?")  # .NAME.PID.RANDOM, and SQLite's beside one


def result_file(config: Config, student: str, assignment: str) -> Path:
    return config.results / student / f"{assignment}.json"


def autograded_file(config: Config, student: str, assignment: str) -> Path:
    return config.autograded / student / assignment / f"{assignment}.ipynb"


def load(config: Config, student: str, assignment: str) -> SubmissionResult | None:
    """A stored result, or None where there is none that this version can read."""
    try:
        return from_json(result_file(config, student, assignment).read_bytes())
    except (OSError, msgspec.MsgspecError):
        return None


def save(config: Config, result: SubmissionResult, notebook: dict[str, Any] | None) -> None:
    """Store a result, and the autograded notebook before it: a stored result vouches for its notebook.

    Raises:
        GraderError: the disk is full, or the folder cannot be written.
    """
    assert result.student is not None
    if notebook is not None:
        text = json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
        write_atomically(autograded_file(config, result.student, result.assignment), text.encode())
    write_atomically(result_file(config, result.student, result.assignment), to_json(result))


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
        raise GraderError(
            f"{path} could not be written: {error.strerror}.",
            "Make room, or give yourself the right to write there, then run the same command again: what is done is "
            "kept.",
        ) from None


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
