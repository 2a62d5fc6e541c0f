"""The public functions: grade one notebook, or one student's submission of a course."""

from __future__ import annotations

from pathlib import Path

from autograder.config import Config, find_root, load
from autograder.course.notebook import read_source, read_submission
from autograder.errors import SubmissionError, UsageError
from autograder.grading import engine
from autograder.grading.grade import grade_submission
from autograder.results import SubmissionResult


def grade_notebook(
    path: Path | str, *, assignment: str | None = None, config: Config | None = None
) -> SubmissionResult:
    """Grade one notebook, outside any gradebook.

    Args:
        path: the notebook.
        assignment: its assignment; found from the notebook's name or its cells when left out.
        config: the course; by default the one around the working folder.

    Raises:
        UsageError: it belongs to no assignment of the course.
        CourseError, GraderError: see ``autograder.errors``.
    """
    path = Path(path)
    config = config or load(find_root(Path.cwd()))
    if assignment is None:
        assignment = assignment_of(path, config)
    zygote = engine.start(config, [assignment])
    return grade_submission(path, config, assignment, None, zygote, with_files=False).result


def grade(assignment: str, student: str, *, config: Config | None = None) -> SubmissionResult:
    """Grade what a student handed in at ``submitted/<student>/<assignment>/``, without writing anything.

    Raises:
        UsageError: there is no such assignment or submission.
        CourseError, GraderError: see ``autograder.errors``.
    """
    from autograder.grading.batch import Job, grade_job
    from autograder.grading.submissions import find

    config = config or load(find_root(Path.cwd()))
    (submission,) = find(config, assignment, [student])
    return grade_job(Job(config, submission)).result


def assignment_of(path: Path, config: Config) -> str:
    """The assignment a notebook belongs to, by its name or else by its cells. Raises UsageError where there is none."""
    known = config.assignments()
    if path.stem in known:
        return path.stem
    try:
        handed_in = {cell.grade_id for cell in read_submission(path)[1].cells if cell.grade_id}
    except SubmissionError as error:
        raise UsageError(error.message, error.fix) from None
    shared = {
        name: len(handed_in & {cell.grade_id for cell in read_source(config.source_notebook(name)).cells})
        for name in known
    }
    best = max(shared, key=lambda name: shared[name], default="")
    if not best or not shared[best]:
        raise UsageError(
            f"{path} is no notebook of this course: it has none of its cells.",
            f"The assignments are: {', '.join(known) or 'none'}.",
        )
    return best
