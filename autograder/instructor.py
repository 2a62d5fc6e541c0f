"""What ``autograder release`` does: the course layer's release, judged by the grading layer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from autograder.config import Config
from autograder.course.release import release
from autograder.grading import engine
from autograder.results import SubmissionResult


def regenerate(config: Config, assignments: list[str], *, check: bool, progress: Callable[[str], None]) -> list[str]:
    """Regenerate release/ and solutions/, or with ``check`` say what would change.

    Returns:
        a line for every file that drifted; empty where nothing did, or where everything was written.

    Raises:
        CourseError: an assignment is not fit for release; the message names the cell and the fix.
    """
    zygote = engine.start(config, assignments)
    from autograder.grading.grade import grade_submission

    drift: list[str] = []
    for assignment in assignments:

        def grade(path: Path, assignment: str = assignment) -> SubmissionResult:
            return grade_submission(path, config, assignment, None, zygote, with_files=False).result

        lines = release(config, assignment, check=check, grade=grade)
        progress(f"{assignment}: {'drifted' if lines and check else 'up to date' if check else 'released'}")
        drift += lines
    return drift
