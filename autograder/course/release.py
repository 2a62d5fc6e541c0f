"""Regenerates release/ and solutions/ from source/, and refuses what is not fit for students.

The release is made by nbgrader's own GenerateAssignment, in a scratch course and without a gradebook. The worked
solutions are the source without hidden tests and markers, executed, with their outputs. Both are written whole: a file
that is not regenerated is removed.
"""

from __future__ import annotations

import json
import logging
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from autograder.config import Config
from autograder.course.declared import checks_of
from autograder.course.fitness import check_beside, check_release, check_source
from autograder.course.notebook import (
    Notebook,
    read_source,
    strip_hidden,
    strip_solution_markers,
    to_json,
)
from autograder.errors import CourseError
from autograder.results import ExerciseResult, SubmissionResult

Grader = Callable[[Path], SubmissionResult]
Runner = Callable[[Notebook, Mapping[str, bytes]], dict[int, list[dict[str, Any]]]]

_METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
_PICTURES = ("image/png", "image/svg+xml", "application/pdf")


def release(config: Config, assignment: str, *, check: bool, grade: Grader, run: Runner) -> list[str]:
    """Regenerate one assignment's release and worked solution.

    Args:
        check: change nothing on disk.
        grade: grades the notebook at a path.
        run: runs a notebook's code cells with files beside it, and gives their outputs by position; raises CourseError
            for a cell that fails.

    Returns:
        what drifted, a line a file: what is missing, differs, or is not generated from anything.

    Raises:
        CourseError: the assignment is not fit for release.
    """
    path = config.source_notebook(assignment)
    source = read_source(path)
    check_source(path, source, checks_of(config.checks_file(assignment)), config.checks_file(assignment))
    beside = _files_beside(path)
    check_beside(path, beside)
    released = _generated(config, assignment)
    check_release(path, source, released)
    worked = _worked(source)
    with tempfile.TemporaryDirectory(prefix="autograder-") as folder:
        _judge(path, grade, Path(folder), released, worked)
    outputs = run(worked, beside)
    wanted = {
        **_folder(config.release / assignment, path.name, released.to_dict(), beside),
        **_folder(config.solutions / assignment, path.name, worked.to_dict(outputs), beside),
    }
    present = _present(config.release / assignment) | _present(config.solutions / assignment)
    drift = [
        line
        for file in sorted(wanted.keys() | present)
        if (line := _drift(config, file, wanted.get(file), exact=not check)) is not None
    ]
    if not check:
        for file in present - wanted.keys():
            file.unlink()
        for file, content in wanted.items():
            if not file.is_file() or file.read_bytes() != content:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
    return drift


def _generated(config: Config, assignment: str) -> Notebook:
    """What nbgrader's GenerateAssignment makes of the source."""
    from nbgrader.converters import GenerateAssignment
    from nbgrader.converters.base import NbGraderException
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.preprocessors import SaveCells
    from traitlets.config import Config as Settings

    log = logging.getLogger("autograder.nbgrader")
    memory = _Memory()
    log.handlers, log.propagate = [memory], False
    with tempfile.TemporaryDirectory(prefix="autograder-") as folder:
        try:
            shutil.copytree(config.source / assignment, Path(folder, "source", assignment), ignore=_IGNORED)
        except OSError as error:  # shutil.Error, which is one, has a list of (from, to, why)
            why = error.args[0][0][2] if isinstance(error, shutil.Error) else error
            raise CourseError(f"{config.source / assignment} cannot be copied: {why}.", "Remove that file.") from None
        settings = Settings()
        settings.CourseDirectory.root = folder
        settings.CourseDirectory.course_id = config.course_id
        settings.CourseDirectory.assignment_id = assignment
        settings.GenerateAssignment.force = True
        directory = CourseDirectory(config=settings)
        try:
            converter = GenerateAssignment(coursedir=directory, config=settings, log=log, no_database=True)
            converter.preprocessors = [step for step in converter.preprocessors if step is not SaveCells]
            converter.start()
        except (NbGraderException, SystemExit, ValueError, RuntimeError) as error:
            said = [line for line in memory.lines if _RAISED.match(line)]
            raise CourseError(
                f"{config.source_notebook(assignment)}: nbgrader refuses it: {said[-1] if said else error}.",
                "Open it with nbgrader's cell toolbar and correct that cell.",
            ) from error
        generated = read_source(Path(folder, "release", assignment, f"{assignment}.ipynb"))
    return Notebook(generated.cells, _METADATA)


_RAISED = re.compile(r"[\w.]*(?:Error|Exception): ")


class _Memory(logging.Handler):
    """Keeps the errors that nbgrader would print."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines += [line for line in record.getMessage().splitlines() if line.strip()]


def _worked(source: Notebook) -> Notebook:
    """The source as a student would have handed it in: no markers, no hidden tests."""
    texts = {cell.grade_id: strip_solution_markers(strip_hidden(cell.source)) for cell in source.cells if cell.grade_id}
    return Notebook(source.with_texts(texts).cells, _METADATA)


def _judge(path: Path, grade: Grader, folder: Path, released: Notebook, worked: Notebook) -> None:
    file = folder / path.name
    for exercise in _graded(path, grade, file, worked):
        if not exercise.manual and exercise.score != exercise.max_score:
            lost = next(check for check in exercise.checks if check.outcome != "passed")
            raise CourseError(
                f"{path}: the worked solution of `{exercise.name}` scores {exercise.score or 0:g} of "
                f"{exercise.max_score:g}: {lost.name}: {lost.message}",
                "Correct the solution or the check.",
            )
    for exercise in _graded(path, grade, file, released):
        if not exercise.manual and exercise.score != 0:
            given = [check.name for check in exercise.checks if check.points]
            raise CourseError(
                f"{path}: the untouched release scores {exercise.score or 0:g} points on `{exercise.name}`: "
                f"{', '.join(given)}.",
                "Leave the stub to raise NotImplementedError, and let these checks need it.",
            )


def _graded(path: Path, grade: Grader, file: Path, notebook: Notebook) -> tuple[ExerciseResult, ...]:
    """The verdicts on ``notebook``, handed in as ``file``; a verdict that is missing is the course's fault."""
    file.write_bytes(to_json(notebook.to_dict()))
    result = grade(file)
    if result.problem is not None:
        raise CourseError(f"{path} makes a notebook that cannot be graded: {result.problem}", "Correct the source.")
    for exercise in result.exercises:
        broken = next((check for check in exercise.checks if check.outcome == "error"), None)
        if broken is not None:
            raise CourseError(
                f"{path}: the check {broken.name} of `{exercise.name}` is broken: {broken.message}",
                "Correct the check.",
            )
    return result.exercises


_IGNORED = shutil.ignore_patterns(".*", "__pycache__", "*.pyc")


def _files_beside(notebook: Path) -> dict[str, bytes]:
    """The files that travel with a notebook, by relative path."""
    return {
        str(file.relative_to(notebook.parent)): file.read_bytes()
        for file in _present(notebook.parent)
        if file != notebook
    }


def _present(folder: Path) -> set[Path]:
    return {
        file
        for file in folder.rglob("*")
        if file.is_file()
        and file.suffix != ".pyc"
        and not any(part.startswith(".") or part == "__pycache__" for part in file.relative_to(folder).parts)
    }


def _folder(folder: Path, name: str, notebook: dict[str, Any], beside: Mapping[str, bytes]) -> dict[Path, bytes]:
    return {folder / name: to_json(notebook), **{folder / file: content for file, content in beside.items()}}


def _drift(config: Config, file: Path, wanted: bytes | None, *, exact: bool) -> str | None:
    shown = file.relative_to(config.root)
    if wanted is None:
        return f"{shown}: nothing in source/ makes this file"
    if not file.is_file():
        return f"{shown}: missing"
    content = file.read_bytes()
    if content == wanted or (not exact and file.suffix == ".ipynb" and _pictures_aside(content, wanted)):
        return None
    return f"{shown}: differs from what source/ makes"


def _pictures_aside(one: bytes, other: bytes) -> bool:
    """Whether two notebooks are equal but for pictures, whose bytes differ between versions of matplotlib."""
    try:
        return _without_pictures(json.loads(one)) == _without_pictures(json.loads(other))
    except (ValueError, KeyError, TypeError):
        return False


def _without_pictures(notebook: dict[str, Any]) -> dict[str, Any]:
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            for kind in _PICTURES:
                if kind in output.get("data", {}):
                    output["data"][kind] = ""
    return notebook
