"""Steps for ``nbgrader autograde``: the same grades as ``autograder grade``, with the same isolation.

nbgrader_config.py puts them in place. ``autograde`` converts each notebook twice. First it sanitises:
:class:`RestoreSubmission` rebuilds the submission from the source, so that a copied cell, on which nbgrader would give
up the whole class, is gone before its own steps look. Then it grades: :class:`GradeWithAutograder` takes the place of
``Execute``, and :class:`SaveGrades` of ``SaveAutoGrades``.

From :func:`register` to the saved grades the course's lock is held: ``autograder grade`` writes to the same files.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.converters import base
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import find_all_files
from traitlets.log import get_logger

from autograder.config import Config, find_root, load
from autograder.course.notebook import read_source, read_submission
from autograder.course.restore import restore
from autograder.errors import AutograderError, SubmissionError
from autograder.grading import engine, storage
from autograder.grading.grade import grade_submission, problem_result
from autograder.grading.lock import class_run
from autograder.grading.submissions import MAX_FILE_BYTES, Submission, find
from autograder.reports.gradebook import GradebookWriter, SaveResult, record
from autograder.reports.nbgrader_files import as_node
from autograder.results import SubmissionResult


class RestoreSubmission(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader has no types
    """Puts the student's answers into the source's cells; the first of ``Autograde.sanitize_preprocessors``."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        config, path = _submission(resources)
        with _unlocking_on_failure():
            source = read_source(config.source_notebook(resources["nbgrader"]["assignment"]))
            _, submission = read_submission(path)
            return as_node(restore(source, submission).notebook.to_dict()), resources


class GradeWithAutograder(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader has no types
    """Grades the submission in the sandbox; the first of ``Autograde.autograde_preprocessors``.

    The notebook that it gives has outputs and scores, and no hidden tests, which nbgrader's ``OverwriteCells`` had put
    in.

    Raises:
        SubmissionError: the submission cannot be graded; nbgrader reports it and goes on with the next student.
    """

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        config, path = _submission(resources)
        assignment, student = resources["nbgrader"]["assignment"], resources["nbgrader"]["student"]
        with _unlocking_on_failure():
            zygote = engine.start(config, [assignment])
            graded = grade_submission(path, config, assignment, student, zygote)
            if graded.notebook is None:
                storage.save(config, graded.result, None)
                raise SubmissionError(graded.result.problem or "")
        return as_node(graded.notebook), {**resources, "autograder": graded.result}


class SaveGrades(SaveResult):
    """Saves the grades in the gradebook, and the result where the other reports look for it."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        with _lock:
            nb, resources = super().preprocess(nb, resources)
            result: SubmissionResult = resources["autograder"]
            with Gradebook(self.db_url) as gradebook:
                when = gradebook.find_submission(result.assignment, result.student).timestamp
            config, _ = _submission(resources)
            storage.save(config, result, None)
            record(config, result, when)
        return nb, resources


_lock = ExitStack()  # holds the course's lock while a submission is at work in this process


def register(assignment: str, student: str, notebooks: list[str]) -> None:
    """Register the assignment in the gradebook, since a fresh clone has none; ``Autograde.pre_convert_hook``.

    A submission that cannot be graded gets its result here, before nbgrader opens any of its files.

    Args:
        student: nbgrader's pattern, ``*`` for the whole class.
        notebooks: the files of one student that nbgrader is about to open; emptied where they must not be.

    Raises:
        SystemExit: that is not possible, or another run is at work; nbgrader would go on after any other exception.
    """
    _lock.close()
    try:
        with _unlocking_on_failure():
            config = load(find_root(Path.cwd()))
            _lock.enter_context(class_run(config, assignment, "nbgrader autograde"))
            with GradebookWriter(config) as writer:
                writer.prepare(assignment)
            folders = {Path(notebook).parents[1] for notebook in notebooks}
            for submission in find(config, assignment):
                problem = _problem(submission) if submission.notebook.parents[1] in folders else None
                if problem is not None:
                    get_logger().error("%s", problem)
                    storage.save(config, problem_result(config, assignment, submission.student, problem), None)
                    notebooks.clear()
    except AutograderError as error:
        raise SystemExit(f"error: {error}") from error
    if not notebooks:
        _lock.close()


def _problem(submission: Submission) -> str | None:
    """Why it cannot be graded, as far as its files tell."""
    if submission.problem is not None:
        return submission.problem
    try:
        read_submission(submission.notebook)
    except SubmissionError as error:
        return str(error)
    return None


def _files_to_copy(path: str, exclude: list[str] | None = None) -> list[str]:
    """nbgrader's ``find_all_files``, without what a student cannot hand in.

    What nbgrader finds, it copies to autograded/, and from there to feedback/: of a link, what it leads to, such as the
    gradebook or a device that never ends.
    """
    return [file for file in find_all_files(path, exclude) if _is_plain(Path(path), Path(file))]


def _is_plain(folder: Path, file: Path) -> bool:
    parts = [file, *(parent for parent in file.parents if parent != folder and parent.is_relative_to(folder))]
    info = file.lstat()
    return stat.S_ISREG(info.st_mode) and info.st_size <= MAX_FILE_BYTES and not any(map(Path.is_symlink, parts))


base.find_all_files = _files_to_copy


@contextmanager
def _unlocking_on_failure() -> Iterator[None]:
    try:
        yield
    except BaseException:
        _lock.close()
        raise


def _submission(resources: Any) -> tuple[Config, Path]:
    """nbgrader works in the course folder, and names student, assignment and notebook."""
    config = load(find_root(Path.cwd()))
    names = resources["nbgrader"]
    folder = config.submitted / names["student"] / names["assignment"]
    return config, folder / f"{names['notebook']}.ipynb"
