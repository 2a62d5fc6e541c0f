"""Notebooks as plain frozen data: an instructor's, which is trusted, and a student's, which is not.

Only what grading needs is read of a submission: each cell's type, text, id and grade_id. Nothing else of it (metadata,
outputs, attachments) gets past :func:`read_submission`.

Source: https://nbformat.readthedocs.io/en/latest/format_description.html and, for the nbgrader metadata,
https://nbgrader.readthedocs.io/en/stable/contributor_guide/metadata.html
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple, NoReturn, get_args

import msgspec

from autograder.course.files import read_regular
from autograder.errors import CourseError, SubmissionError

MAX_NOTEBOOK_BYTES = 16 << 20
MAX_CELLS = 2_000
NBGRADER_SCHEMA = 3
CLAIMS = ("grade", "solution", "locked", "points")  # what a copy of a cell's metadata should say as the source does

CellType = Literal["code", "markdown", "raw"]
_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_GRADE_ID = re.compile(r"[A-Za-z0-9_\-]{1,64}")
_HIDDEN = re.compile(r"^[^\n]*BEGIN (HIDDEN TESTS|MARK SCHEME).*?(?:END \1[^\n]*\n?|\Z)", re.DOTALL | re.MULTILINE)
_SOLUTION_MARKER = re.compile(r"^[^\n]*(?:BEGIN|END) SOLUTION[^\n]*\n?", re.MULTILINE)


class Cell(msgspec.Struct, frozen=True):
    """One cell. ``metadata`` is the source's own; of a submission's cell, the grade_id and ``CLAIMS`` at most."""

    cell_type: CellType
    source: str
    id: str = ""
    metadata: dict[str, Any] = {}

    @property
    def nbgrader(self) -> dict[str, Any]:
        data = self.metadata.get("nbgrader")
        return data if isinstance(data, dict) else {}

    @property
    def grade_id(self) -> str | None:
        grade_id: str | None = self.nbgrader.get("grade_id")
        return grade_id

    @property
    def is_solution(self) -> bool:
        """Whether students write in it: a solution cell or a written question."""
        return self.nbgrader.get("solution") is True

    @property
    def is_grade(self) -> bool:
        """Whether it carries points."""
        return self.nbgrader.get("grade") is True

    @property
    def is_locked(self) -> bool:
        """Whether it is not for students to edit."""
        return not self.is_solution and (self.is_grade or self.nbgrader.get("locked") is True)

    @property
    def is_manual(self) -> bool:
        """Whether a person grades it."""
        return self.is_grade and self.is_solution

    @property
    def points(self) -> float:
        return float(self.nbgrader.get("points", 0.0))

    @property
    def is_look(self) -> bool:
        """Whether it only draws a student's own result."""
        return "look" in self.metadata.get("tags", ())


class Notebook(msgspec.Struct, frozen=True):
    """Cells in order, and the notebook's metadata."""

    cells: tuple[Cell, ...]
    metadata: dict[str, Any] = {}

    def with_texts(self, texts: Mapping[str, str]) -> Notebook:
        """A copy in which the cells with these grade_ids hold these texts."""
        cells = (
            msgspec.structs.replace(cell, source=texts.get(cell.grade_id or "", cell.source)) for cell in self.cells
        )
        return Notebook(tuple(cells), self.metadata)

    def to_dict(self, outputs: Mapping[int, list[dict[str, Any]]] | None = None) -> dict[str, Any]:
        """The notebook as nbformat 4.5, with outputs by cell position; cells that have some are numbered as run."""
        cells: list[dict[str, Any]] = []
        count = 0
        for index, cell in enumerate(self.cells):
            data: dict[str, Any] = {"cell_type": cell.cell_type, "id": cell.id or f"cell-{index}"}
            data |= {"metadata": cell.metadata, "source": cell.source}
            if cell.cell_type == "code":
                ran = outputs is not None and index in outputs
                count += ran
                data["execution_count"] = count if ran else None
                data["outputs"] = [_numbered(output, count) for output in outputs[index]] if outputs and ran else []
            cells.append(data)
        return {"cells": cells, "metadata": self.metadata, "nbformat": 4, "nbformat_minor": 5}


class Exercise(NamedTuple):
    """A grade cell, or a written question.

    Attributes:
        name: grade_id without ``test_``; of a written question, its grade_id.
        grade_index: position of the cell that carries the points.
    """

    name: str
    points: float
    manual: bool
    grade_index: int


def exercises(notebook: Notebook) -> tuple[Exercise, ...]:
    """The exercises of an instructor's or a restored notebook, in its order."""
    return tuple(
        Exercise((cell.grade_id or "").removeprefix("" if cell.is_manual else "test_"), cell.points, cell.is_manual, i)
        for i, cell in enumerate(notebook.cells)
        if cell.is_grade
    )


def strip_hidden(text: str) -> str:
    """A cell's text without nbgrader's hidden tests and mark schemes; a region that is not closed goes to the end."""
    return _HIDDEN.sub("", text).rstrip("\n")


def strip_solution_markers(text: str) -> str:
    """A cell's text without the lines that mark where its solution begins and ends."""
    return _SOLUTION_MARKER.sub("", text)


def to_json(notebook: dict[str, Any]) -> bytes:
    """A notebook as JupyterLab saves it."""
    return (json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def read_source(path: Path) -> Notebook:
    """An instructor's notebook.

    Raises:
        CourseError: it cannot be read, is not nbformat 4, repeats a grade_id, or has nbgrader metadata that makes no
            sense; the message names the cell.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise CourseError(f"{path} does not exist.", "An assignment's notebook has its folder's name.") from None
    except (OSError, ValueError, RecursionError) as error:
        raise CourseError(f"{path} is not a notebook: {error}.", "Open it in JupyterLab and save it again.") from None
    if not isinstance(raw, dict) or raw.get("nbformat") != 4 or not isinstance(raw.get("cells"), list):
        raise CourseError(f"{path} is not a notebook of version 4.", "Open it in JupyterLab and save it again.")
    if not isinstance(raw.get("metadata", {}), dict):
        raise CourseError(f"{path} has metadata that is no object.", "Open it in JupyterLab and save it again.")
    cells = tuple(_source_cell(f"{path}: cell {number}", cell) for number, cell in enumerate(raw["cells"], 1))
    seen: dict[str, int] = {}
    for number, cell in enumerate(cells, 1):
        name = cell.grade_id
        if name is None:
            continue
        if name in seen:
            raise CourseError(
                f"{path}: cell {number} has the grade_id `{name}` of cell {seen[name]}.", "Give it one of its own."
            )
        seen[name] = number
    return Notebook(cells, raw.get("metadata", {}))


def _source_cell(where: str, raw: object) -> Cell:
    if not isinstance(raw, dict) or raw.get("cell_type") not in get_args(CellType):
        raise CourseError(f"{where} has no known type.", "Open it in JupyterLab and save it again.")
    metadata = {} if raw.get("metadata") is None else raw["metadata"]
    if not isinstance(metadata, dict) or not isinstance(metadata.get("nbgrader", {}), dict):
        raise CourseError(f"{where} has metadata that is no object.", "Open it in JupyterLab and save it again.")
    try:
        text = _joined(raw.get("source"))
    except TypeError as error:
        raise CourseError(f"{where} has no text: {error}.", "Open it in JupyterLab and save it again.") from None
    cell = Cell(raw["cell_type"], text, _valid_id(raw.get("id")), metadata)
    if cell.grade_id is None and not (cell.is_grade or cell.is_solution or cell.is_locked):
        return cell
    named = f"{where} (`{cell.grade_id}`)"
    if cell.nbgrader.get("schema_version") != NBGRADER_SCHEMA:
        raise CourseError(
            f"{named} has nbgrader metadata of another version than {NBGRADER_SCHEMA}.", "Run `nbgrader update` on it."
        )
    if not isinstance(cell.grade_id, str) or not _GRADE_ID.fullmatch(cell.grade_id):
        raise CourseError(
            f"{named} has no grade_id that can be used.", "Give it one of 1 to 64 letters, digits, - and _."
        )
    points = cell.nbgrader.get("points")
    if cell.is_grade and not (type(points) in (int, float) and math.isfinite(points or 0)):
        raise CourseError(f"{named} has points that are no number.", "Set them in nbgrader's toolbar.")
    return cell


def read_submission(path: Path) -> tuple[bytes, Notebook]:
    """A student's notebook: its bytes, and what is read of them.

    Raises:
        SubmissionError: it is not a regular file, is too large, or is not a notebook of version 4.
    """
    clear = "Clear the outputs of all cells in JupyterLab, save, and hand it in again."
    content = read_regular(path, MAX_NOTEBOOK_BYTES, fix="Put the notebook itself there.", too_large=clear)
    if not content.strip():
        raise SubmissionError(f"{path} is empty.", "Hand the notebook in again.")
    try:
        raw = json.loads(
            content.decode("utf-8-sig"), object_pairs_hook=_no_twins, parse_constant=_refuse, parse_int=_short_int
        )
    except UnicodeDecodeError:
        raise SubmissionError(f"{path} is not UTF-8 text.", "Save it in JupyterLab and hand it in again.") from None
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deep" if isinstance(error, RecursionError) else str(error)
        raise SubmissionError(
            f"{path} is not JSON: {reason}.", "It may be damaged: hand it in again from JupyterLab."
        ) from None
    return content, _submitted(path, raw)


def _submitted(path: Path, raw: object) -> Notebook:
    if not isinstance(raw, dict):
        raise SubmissionError(f"{path} is not a notebook.", "Hand in the .ipynb file that was released.")
    if raw.get("nbformat") != 4:
        version = raw.get("nbformat")
        shown = version if type(version) is int else "unknown"
        raise SubmissionError(
            f"{path} is a notebook of version {shown}, not 4.",
            "Open it in JupyterLab, save it, and hand it in again.",
        )
    cells = raw.get("cells")
    if not isinstance(cells, list) or not cells or len(cells) > MAX_CELLS:
        raise SubmissionError(
            f"{path} has no list of 1 to {MAX_CELLS} cells.", "Hand in the notebook that was released."
        )
    return Notebook(tuple(_submitted_cell(path, number, cell) for number, cell in enumerate(cells, 1)))


def _submitted_cell(path: Path, number: int, cell: object) -> Cell:
    if not isinstance(cell, dict) or cell.get("cell_type") not in get_args(CellType):
        raise SubmissionError(f"{path}: cell {number} has no known type.", "Hand in the notebook that was released.")
    try:
        text = _joined(cell.get("source")).replace("\r\n", "\n")
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        half = f"\\u{ord(error.object[error.start]):04x}"
        raise SubmissionError(
            f"{path}: cell {number} has no text: it holds half of a character, {half}.",
            "Type that place anew, save it in JupyterLab, and hand it in again.",
        ) from None
    except TypeError:
        raise SubmissionError(
            f"{path}: cell {number} has no text.", "Save it in JupyterLab and hand it in again."
        ) from None
    metadata = cell.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    claims = _claims(nbgrader) if isinstance(nbgrader, dict) else {}
    return Cell(cell["cell_type"], text, _valid_id(cell.get("id")), claims)


def _valid_id(cell_id: object) -> str:
    return cell_id if isinstance(cell_id, str) and _ID.fullmatch(cell_id) else ""


def _claims(nbgrader: dict[str, Any]) -> dict[str, Any]:
    """What a submitted cell says of itself, as far as it can be compared with the source's."""
    grade_id = nbgrader.get("grade_id")
    if not isinstance(grade_id, str) or not _GRADE_ID.fullmatch(grade_id):
        return {}
    known = {key: nbgrader.get(key) for key in CLAIMS if isinstance(nbgrader.get(key), int | float)}
    return {"nbgrader": {"grade_id": grade_id, **known}}


def _joined(source: object) -> str:
    if isinstance(source, str):
        return source
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        return "".join(source)
    raise TypeError("a cell's source is neither text nor a list of lines")


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("an object has a key twice")
    return result


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a JSON value")


def _short_int(digits: str) -> int:
    if len(digits) > 20:
        raise ValueError("a number has more than 20 digits")
    return int(digits)


def _numbered(output: dict[str, Any], count: int) -> dict[str, Any]:
    return {**output, "execution_count": count} if output["output_type"] == "execute_result" else output
