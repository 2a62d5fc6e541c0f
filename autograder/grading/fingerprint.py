"""What a result depends on, as one digest: equal digests mean that grading again would change nothing."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

from autograder.config import Config
from autograder.course.notebook import read_submission
from autograder.grading.submissions import files_beside

_PACKAGE = Path(__file__).parents[1]
_LAYERS = ("course", "student", "sandbox", "grading")
_SHARED_CHECKS = ("assertions.py", "misconceptions.py", "plugin.py", "student.py")


@cache
def versions() -> dict[str, str]:
    """Versions of what a verdict can depend on."""
    return {"autograder": _version("graded-descent"), "python": platform.python_version(), "torch": _version("torch")}


def fingerprint(config: Config, assignment: str, notebook: bytes, files: dict[str, bytes]) -> str:
    """SHA-256, in hexadecimal, of the submission and of everything that judges it.

    Args:
        notebook: the submitted notebook's bytes.
        files: what was handed in beside it.
    """
    digest = hashlib.sha256()
    parts = [
        assignment.encode(),
        config.seed.encode(),
        str(config.figures).encode(),
        msgspec.json.encode(config.limits_for(assignment)),
        msgspec.json.encode(versions()),
        _code().encode(),
        _contents(sorted((config.source / assignment).rglob("*"))).encode(),
        _contents([config.checks_file(assignment)]).encode(),
        notebook,
        *(part for name in sorted(files) for part in (name.encode(), files[name])),
    ]
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def submission_fingerprint(config: Config, assignment: str, notebook: Path) -> str:
    """The fingerprint of what is handed in at ``notebook`` and beside it.

    Raises:
        SubmissionError: it cannot be read.
    """
    files = files_beside(notebook, config.max_files_bytes(assignment))
    return fingerprint(config, assignment, read_submission(notebook)[0], files)


@cache
def _code() -> str:
    modules = [file for layer in _LAYERS for file in sorted((_PACKAGE / layer).rglob("*.py"))]
    return _contents([*modules, *(_PACKAGE / "checks" / name for name in _SHARED_CHECKS), _PACKAGE / "wire.py"])


def _contents(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        if file.is_file() and "__pycache__" not in file.parts and not file.name.startswith("."):
            content = file.read_bytes()
            digest.update(f"{file.name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "unknown"
