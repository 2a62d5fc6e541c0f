"""Rebuilds a submission from the source's cells and the student's text, and flags what differs.

A submission's metadata and locked cells are never trusted. The source's cells come in the source's order with the
source's metadata; every solution cell takes the student's text; the student's own cells stay where they stand.

Which cell of a submission answers for a cell of the source:

- the first one with its grade_id and its type, or else the first one with its grade_id;
- for a cell without a grade_id, the one with its cell id, or else one with exactly its text.

Every other copy of a cell with the source's grade_id is left out and never run: a copy of a solution cell because it
would replace the answer that counts, a copy of any other because its text is not the student's work. A copied cell
without a grade_id is the student's own.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from typing import Any, NamedTuple

import msgspec

from autograder.course.notebook import CLAIMS, Cell, Notebook, strip_hidden
from autograder.errors import SubmissionError
from autograder.results import Flag, FlagKind

STUB = "# YOUR CODE HERE\nraise NotImplementedError()"
_INVISIBLE = frozenset("\u200b\u2060\ufeff\u00ad\u180e")


class Restored(NamedTuple):
    """A notebook that is safe to run in the sandbox: hidden tests are out; and what was noticed on the way."""

    notebook: Notebook
    flags: tuple[Flag, ...]


def is_extra(cell: Cell) -> bool:
    """Whether a restored cell is the student's own."""
    origin: Any = cell.metadata.get("autograder", {})
    return bool(origin.get("origin") == "extra")


def restore(source: Notebook, submission: Notebook) -> Restored:
    """Rebuild ``submission`` on ``source``.

    Raises:
        SubmissionError: the two share no grade_id, so it is another assignment's notebook.
    """
    names = {cell.grade_id for cell in source.cells if cell.grade_id is not None}
    if names and not names & {cell.grade_id for cell in submission.cells}:
        raise SubmissionError(
            "The notebook has none of this assignment's cells: it may be another assignment's.",
            "Hand in the notebook that was released for this assignment.",
        )
    return _Restoration(source, submission).result()


class _Restoration:
    def __init__(self, source: Notebook, submission: Notebook) -> None:
        self._source = source
        self._submitted = submission.cells
        self._flags: list[Flag] = []
        self._match = self._matched()  # position in the source -> position in the submission

    def result(self) -> Restored:
        after = self._extras()
        cells = list(after[-1])
        for position, cell in enumerate(self._source.cells):
            cells.append(self._restored(cell, self._match.get(position)))
            cells += after[position]
        self._flag_moved()
        return Restored(Notebook(tuple(cells), self._source.metadata), tuple(self._flags))

    def _matched(self) -> dict[int, int]:
        by_name: dict[str, list[int]] = defaultdict(list)
        for index, cell in enumerate(self._submitted):
            if cell.grade_id is not None:
                by_name[cell.grade_id].append(index)
        match: dict[int, int] = {}
        self._dropped: set[int] = set()
        for position, cell in enumerate(self._source.cells):
            if cell.grade_id is None:
                continue
            copies = by_name.get(cell.grade_id, [])
            if copies:
                chosen = next((i for i in copies if self._submitted[i].cell_type == cell.cell_type), copies[0])
                match[position] = chosen
                self._dropped.update(set(copies) - {chosen})
            if len(copies) > 1:
                which = [f"cell {i + 1}" for i in copies]
                self._flag(
                    "duplicate_cell", cell.grade_id, f"{', '.join(which)}: {self._named(match[position])} counts"
                )
        taken = set(match.values()) | self._dropped
        for same in (_same_id, _same_text):
            for position, cell in enumerate(self._source.cells):
                if cell.grade_id is None and position not in match:
                    found = (i for i, own in enumerate(self._submitted) if i not in taken and same(cell, own))
                    for index in found:
                        match[position] = index
                        taken.add(index)
                        break
        return match

    def _restored(self, cell: Cell, index: int | None) -> Cell:
        name = cell.grade_id
        own = None if index is None else self._submitted[index]
        released = strip_hidden(cell.source)
        if own is None:
            if name is not None:
                self._flag("missing_cell", name, "the cell was deleted")
            text = STUB if cell.is_solution and cell.cell_type == "code" else "" if cell.is_solution else released
            return msgspec.structs.replace(cell, source=text)
        if any(own.nbgrader.get(key, cell.nbgrader.get(key)) != cell.nbgrader.get(key) for key in CLAIMS):
            self._flag("edited_metadata", name or cell.id, "its points or its kind were changed; the source's are used")
        if not cell.is_solution:
            if name is not None and own.source.rstrip() != released.rstrip():
                self._flag("edited_cell", name, "the cell is not for editing; its own text is used")
            return msgspec.structs.replace(cell, source=released)
        assert name is not None
        if own.cell_type != cell.cell_type:
            self._flag("retyped_cell", name, f"it was made a {own.cell_type} cell; it is read as {cell.cell_type}")
        self._flag_hidden(name, own)
        return msgspec.structs.replace(cell, source=own.source)

    def _extras(self) -> dict[int, list[Cell]]:
        """The student's own cells, by the source's position of the cell that they follow; -1 before the first."""
        position_of = {index: position for position, index in self._match.items()}
        after: dict[int, list[Cell]] = defaultdict(list)
        position = -1
        for index, own in enumerate(self._submitted):
            if index in position_of:
                position = position_of[index]
            elif index not in self._dropped:
                self._flag_hidden(self._named(index), own)
                metadata = {"autograder": {"origin": "extra"}}
                after[position].append(Cell(own.cell_type, own.source, f"extra-{index}", metadata))
        return after

    def _flag_moved(self) -> None:
        order = [index for _, index in sorted(self._match.items())]
        for (position, index), previous in zip(sorted(self._match.items())[1:], order, strict=False):
            name = self._source.cells[position].grade_id
            if index < previous and name is not None:
                self._flag("moved_cell", name, "it stood in another place; the released order is used")

    def _flag_hidden(self, where: str, cell: Cell) -> None:
        found = sorted({c for c in cell.source if c in _INVISIBLE or unicodedata.bidirectional(c) in _BIDI})
        if found and cell.cell_type == "code":
            names = ", ".join(f"U+{ord(c):04X}" for c in found)
            self._flag("hidden_characters", where, f"the code holds characters that do not show: {names}")

    def _flag(self, kind: FlagKind, where: str, detail: str) -> None:
        self._flags.append(Flag(kind=kind, where=where, detail=detail))

    def _named(self, index: int) -> str:
        return f"cell {index + 1}"


_BIDI = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


def _same_id(cell: Cell, own: Cell) -> bool:
    return bool(own.id) and own.grade_id is None and own.id == cell.id


def _same_text(cell: Cell, own: Cell) -> bool:
    return own.grade_id is None and own.cell_type == cell.cell_type and own.source == strip_hidden(cell.source)
