"""What a result depends on, as one digest: equal digests mean that grading again would change nothing."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

from autograder.config import Config
from autograder.course.notebook import read_submission
from autograder.errors import CourseError
from autograder.grading.submissions import files_beside

_PACKAGE = Path(__file__).parents[1]
_LAYERS = ("accelerator", "course", "student", "sandbox", "grading")


@cache
def versions() -> dict[str, str]:
    """Versions of what a verdict can depend on."""
    return {"autograder": _version("graded-descent"), "python": platform.python_version(), "torch": _version("torch")}


def course_files(config: Config, assignment: str) -> dict[str, str]:
    """The files of the course that judge an assignment's submissions, by path, with the SHA-256 of each."""
    folder = config.source / assignment
    inside = (file for file in sorted(folder.rglob("*")) if not _is_by_product(file.relative_to(folder)))
    found = {}
    for file in (*inside, config.checks_file(assignment)):
        with suppress(FileNotFoundError, IsADirectoryError):
            found[str(file)] = hashlib.sha256(file.read_bytes()).hexdigest()
    return found


def _is_by_product(path: Path) -> bool:
    """Of an editor or of Python, as JupyterLab's checkpoints are."""
    return any(part.startswith(".") or part == "__pycache__" for part in path.parts)


def require_unchanged(config: Config, assignment: str, before: Mapping[str, str]) -> None:
    """Compare with what :func:`course_files` gave at the start of a run.

    Raises:
        CourseError: some files are not what they were: results of before and after must not stand side by side.
    """
    now = course_files(config, assignment)
    changed = sorted(file for file in {*before, *now} if before.get(file) != now.get(file))
    if changed:
        raise CourseError(
            f"{', '.join(changed)} changed while {assignment} was being graded.",
            "Run the same command again: everything is graded with the files as they are then. Until that is done, the "
            "gradebook holds grades by the files as they were.",
        )


def fingerprint(
    config: Config, assignment: str, judges: Mapping[str, str], notebook: bytes, files: dict[str, bytes]
) -> str:
    """SHA-256, in hexadecimal, of the submission and of everything that judges it.

    Args:
        judges: from :func:`course_files`.
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
        *(f"{Path(file).name}\0{digest}".encode() for file, digest in judges.items()),
        notebook,
        *(part for name in sorted(files) for part in (name.encode(), files[name])),
    ]
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def submission_fingerprint(config: Config, assignment: str, judges: Mapping[str, str], notebook: Path) -> str:
    """The fingerprint of what is handed in at ``notebook`` and beside it.

    Raises:
        SubmissionError: it cannot be read.
    """
    files = files_beside(notebook, config.max_files_bytes(assignment))
    return fingerprint(config, assignment, judges, read_submission(notebook)[0], files)


@cache
def _code() -> str:
    modules = [file for layer in _LAYERS for file in sorted((_PACKAGE / layer).rglob("*.py"))]
    shared = [file for file in sorted((_PACKAGE / "checks").glob("*.py")) if not file.name.startswith("test_")]
    texts = sorted((_PACKAGE / "checks" / "catalogue").glob("*.toml"))
    return _contents([*modules, *shared, *texts, _PACKAGE / "wire.py"])


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
