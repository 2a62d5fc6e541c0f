"""An assignment's cells in the gradebook: what ``nbgrader generate_assignment`` saves of the source notebook.

nbgrader refuses to add or remove cells once there are submissions, and this course gives every cell a grade_id, so one
more line of explanation would end all grading. Here cells come and go, as long as no person's work is lost by it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import (
    Comment,
    Grade,
    Gradebook,
    GradeCell,
    MissingEntry,
    Notebook,
    SolutionCell,
    SourceCell,
    TaskCell,
)
from nbgrader.preprocessors import ClearOutput, ClearSolutions, ComputeChecksums, SaveCells
from sqlalchemy import or_

from autograder.config import Config
from autograder.course.notebook import read_source
from autograder.errors import CourseError
from autograder.reports.nbgrader_files import as_node


def register(gradebook: Gradebook, config: Config, assignment: str) -> None:
    """Save the cells of an assignment's source notebook, hidden tests included; committing is the caller's.

    Raises:
        CourseError: the source cannot be read, or lacks a cell on which people gave scores or comments.
    """
    nb = _student_version(config.source_notebook(assignment))
    cells = _SaveCells()
    cells.collect(nb, gradebook, assignment)
    try:
        notebook = gradebook.find_notebook(assignment, assignment)
    except MissingEntry:
        notebook = None
    if notebook is not None and notebook.submissions:
        _remove_cells(gradebook, notebook, cells, config)
        _add_cells(gradebook, notebook, cells)
        gradebook.db.expire_all()
    cells.save(nb)


def _student_version(source: Path) -> NotebookNode:
    """The source as it is released, by nbgrader's own defaults, except that the hidden tests are still in."""
    nb = as_node(read_source(source).to_dict())
    resources: dict[str, Any] = {}
    try:
        for step in (ClearSolutions, ClearOutput, ComputeChecksums):
            nb, resources = step().preprocess(nb, resources)
    except (RuntimeError, ValueError) as error:
        raise CourseError(f"{source}: {error}.", "Correct its BEGIN SOLUTION and END SOLUTION lines.") from error
    return nb


class _SaveCells(SaveCells):  # type: ignore[misc]  # nbgrader has no types
    """nbgrader's step, on a gradebook that is open already."""

    def collect(self, nb: NotebookNode, gradebook: Gradebook, assignment: str) -> None:
        self.gradebook = gradebook
        self.notebook_id = self.assignment_id = assignment
        self.new_grade_cells: dict[str, dict[str, Any]] = {}
        self.new_solution_cells: dict[str, dict[str, Any]] = {}
        self.new_task_cells: dict[str, dict[str, Any]] = {}
        self.new_source_cells: dict[str, dict[str, Any]] = {}
        for index, cell in enumerate(nb.cells):
            self.preprocess_cell(cell, {}, index)

    def save(self, nb: NotebookNode) -> None:
        self._create_notebook(nb)


def _remove_cells(gradebook: Gradebook, notebook: Notebook, cells: _SaveCells, config: Config) -> None:
    wanted = {
        GradeCell: cells.new_grade_cells,
        SolutionCell: cells.new_solution_cells,
        TaskCell: cells.new_task_cells,
    }
    for cell in [cell for cell in notebook._base_cells if cell.name not in wanted[type(cell)]]:
        grades = gradebook.db.query(Grade).filter(Grade.cell_id == cell.id)
        comments = gradebook.db.query(Comment).filter(Comment.cell_id == cell.id)
        by_hand = grades.filter(or_(Grade.manual_score.is_not(None), Grade.extra_credit.is_not(None))).count()
        by_hand += comments.filter(Comment.manual_comment.is_not(None)).count()
        if by_hand:
            raise CourseError(
                f"{config.source_notebook(notebook.name)} has no cell `{cell.name}` any more, but {by_hand} scores or "
                "comments were given on it by hand.",
                "Put the cell back, or clear these scores and comments in the formgrader first.",
            )
        grades.delete()
        comments.delete()
        gradebook.db.delete(cell)
    for source in notebook.source_cells:
        if source.name not in cells.new_source_cells:
            gradebook.db.delete(source)
    gradebook.db.flush()


def _add_cells(gradebook: Gradebook, notebook: Notebook, cells: _SaveCells) -> None:
    """The new cells, and for every submission an empty grade and comment on them."""
    known = {(type(cell), cell.name) for cell in notebook._base_cells}
    groups = (
        (GradeCell, cells.new_grade_cells, (Grade,)),
        (SolutionCell, cells.new_solution_cells, (Comment,)),
        (TaskCell, cells.new_task_cells, (Grade, Comment)),
    )
    for kind, wanted, rows in groups:
        for name, info in wanted.items():
            if (kind, name) not in known:
                cell = kind(name=name, notebook_id=notebook.id, **info)
                gradebook.db.add(cell)
                gradebook.db.flush()
                for submission in notebook.submissions:
                    gradebook.db.add_all(row(cell_id=cell.id, notebook_id=submission.id) for row in rows)
    known_sources = {source.name for source in notebook.source_cells}
    for name, info in cells.new_source_cells.items():
        if name not in known_sources:
            gradebook.db.add(SourceCell(name=name, notebook_id=notebook.id, **info))
    gradebook.db.flush()
