"""What ``autograder release`` does: the course layer's release, run and judged by the layers above it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from autograder.config import Config
from autograder.course.notebook import Notebook
from autograder.course.release import release
from autograder.errors import CourseError
from autograder.grading import engine
from autograder.results import SubmissionResult


def regenerate(config: Config, assignments: list[str], *, check: bool, progress: Callable[[str], None]) -> list[str]:
    """Regenerate release/ and solutions/, or with ``check`` say what would change.

    Returns:
        a line for every file that differed from what the sources make.

    Raises:
        CourseError: an assignment is not fit for release; the message names the cell and the fix.
    """
    zygote = engine.start(config, assignments)
    from autograder.grading.grade import grade_submission
    from autograder.sandbox.session import Session
    from autograder.student.outputs import ErrorOutput

    drift: list[str] = []
    for assignment in assignments:

        def grade(path: Path, assignment: str = assignment) -> SubmissionResult:
            return grade_submission(path, config, assignment, None, zygote, with_files=False).result

        def run(
            notebook: Notebook, files: Mapping[str, bytes], assignment: str = assignment
        ) -> dict[int, list[dict[str, Any]]]:
            outputs: dict[int, list[dict[str, Any]]] = {}
            with Session(zygote, config.limits_for(assignment), files) as session:
                for index, cell in enumerate(notebook.cells):
                    if cell.cell_type != "code":
                        continue
                    ran = session.run_cell(index, cell.source)
                    if ran.status != "ok":
                        said = next((o.evalue for o in ran.outputs if isinstance(o, ErrorOutput)), ran.detail)
                        raise CourseError(
                            f"{config.source_notebook(assignment)}: cell {index + 1} (`{cell.grade_id}`) ended with "
                            f"{ran.status} at line {ran.line}: {said}",
                            "Correct it: the worked notebook must run from top to bottom.",
                        )
                    outputs[index] = msgspec.to_builtins(ran.outputs)
            return outputs

        lines = release(config, assignment, check=check, grade=grade, run=run)
        progress(f"{assignment}: {len(lines)} files {'would change' if check else 'changed'}")
        drift += lines
    return drift
