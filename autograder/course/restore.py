"""Rebuilds a submission from the source's cells and the student's text, and flags what differs.

A submission's metadata and locked cells are never trusted. The source's cells come in the source's order with the
source's metadata; every solution cell takes the student's text, and so does a cell that nbgrader does not lock; the
student's own cells stay where they stand.

Which cell of a submission answers for a cell of the source:

- of those with its grade_id, the first of its type that was written in, or else the first of its type, or else the
  first;
- of several pieces of code that were written in, the last one above the grade cell that defines what the exercise asks
  for: that is what the student's own notebook had when it came to the grade cell;
- where there is none, of those without a grade_id of the source the one with its cell id, or else one with its released
  text.

JupyterLab gives both halves of a cell that is split the grade_id of the whole. So another copy of an answer stays where
it stands, as a cell of the student's own, where it is text, or defines something and nothing that the one that counts
has to define. Every other copy of a cell with the source's grade_id is left out and never run: a copy of a solution
cell because it would replace the answer that counts, a copy of any other because its text is not the student's work. A
copied cell without a grade_id is the student's own.

Two cells that are merged have the metadata of one. Where a solution cell is missing, what a locked cell holds around
its released text is the student's own, too.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

import msgspec

from autograder.course.notebook import CLAIMS, Cell, CellType, Notebook, strip_hidden
from autograder.errors import SubmissionError
from autograder.results import Flag, FlagKind

STUB = "# YOUR CODE HERE\nraise NotImplementedError()"
TEXT_STUB = "YOUR ANSWER HERE"
_SOLUTION = re.compile(r"^([ \t]*)[^\n]*BEGIN SOLUTION.*?END SOLUTION[^\n]*", re.DOTALL | re.MULTILINE)
_DEFINES = re.compile(r"(?:async[ \t]+)?(?:def|class|import|from)[ \t]+(\w+)")
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0")  # letters that are drawn as nothing
_HARMLESS = frozenset("\t\n\f\u200c\u200d")  # the joiners: emoji and several scripts need them


class Restored(NamedTuple):
    """A notebook that is safe to run in the sandbox: hidden tests are out; and what was noticed on the way."""

    notebook: Notebook
    flags: tuple[Flag, ...]


def released_text(cell: Cell) -> str:
    """The text that nbgrader releases of a source's cell: hidden regions are out, solutions are stubs."""
    text = strip_hidden(cell.source)
    if not cell.is_solution:
        return text
    stub = STUB if cell.cell_type == "code" else TEXT_STUB
    released, regions = _SOLUTION.subn(lambda region: textwrap.indent(stub, region[1]), text)
    return released if regions else stub


def restore(source: Notebook, submission: Notebook) -> Restored:
    """Rebuild ``submission`` on ``source``.

    Raises:
        SubmissionError: the two share no grade_id, nor half of the source's cells by id or text, so it is another
            assignment's notebook.
    """
    names = {cell.grade_id for cell in source.cells if cell.grade_id is not None}
    restoration = _Restoration(source, submission, names)
    if names and not names & {cell.grade_id for cell in submission.cells} and 2 * restoration.known < len(names):
        raise SubmissionError(
            "The notebook has none of this assignment's cells: it may be another assignment's.",
            "Hand in the notebook that was released for this assignment.",
        )
    return restoration.result()


class _Restoration:
    def __init__(self, source: Notebook, submission: Notebook, names: set[str]) -> None:
        self._source = source
        self._names = names
        self._submitted = submission.cells
        self._flags: list[Flag] = []
        self._match = self._matched()  # position in the source -> position in the submission
        self._lost = any(  # an answer may stand in a cell that it was merged with
            cell.is_solution and cell.cell_type == "code" and position not in self._match
            for position, cell in enumerate(source.cells)
        )

    @property
    def known(self) -> int:
        """How many of the source's cells that have a grade_id were found."""
        return sum(self._source.cells[position].grade_id is not None for position in self._match)

    def result(self) -> Restored:
        after = self._extras()
        cells = list(after[-1])
        for position, cell in enumerate(self._source.cells):
            above, below = self._merged(cell, self._match.get(position))
            cells += [*above, self._restored(cell, self._match.get(position)), *below, *after[position]]
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
            copies = by_name.get(cell.grade_id, []) if cell.grade_id is not None else []
            if not copies:
                continue
            chosen = self._chosen(cell, copies, by_name.get(f"test_{cell.grade_id}", []))
            match[position] = chosen
            kept = self._pieces(cell, copies, chosen)
            self._dropped.update(set(copies) - {chosen, *kept})
            if len(copies) > 1:
                which = ", ".join(map(_named, copies))
                too = f"; {', '.join(map(_named, kept))} stays beside it" if kept else ""
                self._flag("duplicate_cell", _where(cell), f"{which}: {_named(chosen)} counts{too}")
        free = [index for index, own in enumerate(self._submitted) if own.grade_id not in self._names]
        for same in (_same_id, _same_text):
            for position, cell in enumerate(self._source.cells):
                found = next((i for i in free if position not in match and same(cell, self._submitted[i])), None)
                if found is not None:
                    match[position] = found
                    free.remove(found)
        return match

    def _chosen(self, cell: Cell, copies: list[int], grade_cells: list[int]) -> int:
        """The copy that counts."""
        written = [index for index in copies if self._is_written(cell, index)]
        if len(written) > 1 and cell.cell_type == "code":
            end = grade_cells[0] if grade_cells else len(self._submitted)
            asked = _bound(cell.source)
            defining = [index for index in written if index < end and asked & _bound(self._submitted[index].source)]
            if defining:
                return defining[-1]
        return min(copies, key=partial(self._rank, cell))

    def _rank(self, cell: Cell, index: int) -> tuple[bool, bool]:
        """Lowest for the copy that counts; of equals, the first does."""
        return self._submitted[index].cell_type != cell.cell_type, not self._is_written(cell, index)

    def _is_written(self, cell: Cell, index: int) -> bool:
        own = self._submitted[index]
        answers = cell.is_solution and own.cell_type == cell.cell_type
        return answers and own.source.strip() not in ("", released_text(cell).strip())

    def _pieces(self, cell: Cell, copies: list[int], chosen: int) -> list[int]:
        """The copies that are parts of the answer beside the one that counts."""
        counts = self._submitted[chosen].source
        others = [index for index in copies if index != chosen and self._is_written(cell, index)]
        if cell.cell_type != "code":
            return [index for index in others if self._submitted[index].source != counts]
        taken = _bound(counts) & _bound(cell.source)
        bound = {index: _bound(self._submitted[index].source) for index in others}
        return [index for index in others if bound[index] and not bound[index] & taken]

    def _merged(self, cell: Cell, index: int | None) -> tuple[list[Cell], list[Cell]]:
        """What a locked code cell holds above and below its own text, as cells, where that may be a missing answer."""
        if index is None or not self._lost or not cell.is_locked or self._submitted[index].cell_type != "code":
            return [], []
        released = released_text(cell).strip()
        if cell.cell_type != "code" or not released:
            return [], []
        above, found, below = self._submitted[index].source.partition(released)
        texts = (above.strip("\n"), below.strip("\n")) if found else ("", "")
        cells = [
            [self._extra(text, f"extra-{index}-{side}")] if text.strip() else []
            for side, text in zip(("above", "below"), texts, strict=True)
        ]
        return ([*cells[0], *cells[1]], []) if cell.is_grade else (cells[0], cells[1])

    @staticmethod
    def _extra(text: str, cell_id: str, cell_type: CellType = "code") -> Cell:
        return Cell(cell_type, text, cell_id, {"autograder": {"origin": "extra"}})

    def _restored(self, cell: Cell, index: int | None) -> Cell:
        where = _where(cell)
        if index is None:
            if cell.grade_id is not None:
                self._flag("missing_cell", where, "the cell was deleted")
            return msgspec.structs.replace(cell, source=_stand_in(cell))
        own = self._submitted[index]
        if own.grade_id != cell.grade_id:
            self._flag("edited_metadata", where, "its grade_id was changed; the source's is used")
        elif any(own.nbgrader.get(key, cell.nbgrader.get(key)) != cell.nbgrader.get(key) for key in CLAIMS):
            self._flag("edited_metadata", where, "its points or its kind were changed; the source's are used")
        if not cell.is_solution and not cell.is_locked:
            self._flag_hidden(where, own.source, own.cell_type)
            return msgspec.structs.replace(cell, cell_type=own.cell_type, source=own.source)
        if own.cell_type != cell.cell_type:
            self._flag("retyped_cell", where, f"it was made a {own.cell_type} cell; it is read as {cell.cell_type}")
        if cell.is_solution:
            self._flag_hidden(where, own.source, cell.cell_type)
            return msgspec.structs.replace(cell, source=own.source)
        released = released_text(cell)
        if own.source.rstrip() != released.rstrip():
            merged = any(self._merged(cell, index))
            more = "; what was merged with it is kept as a cell of its own" if merged else ""
            self._flag("edited_cell", where, f"the cell is not for editing; its own text is used{more}")
        return msgspec.structs.replace(cell, source=released)

    def _extras(self) -> dict[int, list[Cell]]:
        """The student's own cells, by the source's position of the cell that they follow; -1 before the first."""
        position_of = {index: position for position, index in self._match.items()}
        after: dict[int, list[Cell]] = defaultdict(list)
        position = -1
        for index, own in enumerate(self._submitted):
            if index in position_of:
                position = position_of[index]
            elif index not in self._dropped:
                self._flag_hidden(_named(index), own.source, own.cell_type)
                after[position].append(self._extra(own.source, f"extra-{index}", own.cell_type))
        return after

    def _flag_moved(self) -> None:
        for position in _out_of_order(self._match):
            where = _where(self._source.cells[position])
            self._flag("moved_cell", where, "it stood in another place; the released order is used")

    def _flag_hidden(self, where: str, text: str, cell_type: CellType) -> None:
        found = sorted(filter(_is_hidden, set(text.replace("\r\n", "\n")))) if cell_type == "code" else []
        if found:
            names = ", ".join(f"U+{ord(c):04X}" for c in found)
            self._flag("hidden_characters", where, f"the code holds characters that do not show: {names}")

    def _flag(self, kind: FlagKind, where: str, detail: str) -> None:
        self._flags.append(Flag(kind=kind, where=where, detail=detail))


def _where(cell: Cell) -> str:
    return cell.grade_id or cell.id


def _named(index: int) -> str:
    return f"cell {index + 1}"


def _stand_in(cell: Cell) -> str:
    """What takes the place of a deleted cell.

    For code that is the bare stub, not the released one: a function that the student wrote in a cell of their own would
    be replaced by the released stub of that function.
    """
    if not cell.is_solution:
        return released_text(cell)
    return STUB if cell.cell_type == "code" else ""


def _same_id(cell: Cell, own: Cell) -> bool:
    return bool(own.id) and own.id == cell.id


def _same_text(cell: Cell, own: Cell) -> bool:
    return own.cell_type == cell.cell_type and own.source.strip() == released_text(cell).strip() != ""


def _bound(code: str) -> set[str]:
    """The names that code defines at its top level, as far as its lines tell: a half need not be Python by itself."""
    bound: set[str] = set()
    for line in code.split("\n"):
        defined = _DEFINES.match(line)
        left, equals, right = line.partition("=")
        names = [name.strip() for name in left.partition(":")[0].split(",")]
        if defined:
            bound.add(defined[1])
        elif equals and line[0] not in " \t" and right[:1] != "=" and all(map(str.isidentifier, names)):
            bound.update(names)
    return bound


def _is_hidden(character: str) -> bool:
    """Whether a character does not show, or changes the order in which others show."""
    control = unicodedata.category(character) in ("Cc", "Cf")
    return (control and character not in _HARMLESS) or character in _FILLERS


def _out_of_order(match: Mapping[int, int]) -> list[int]:
    """The fewest positions in the source without which the others stand in the source's order in the submission.

    The others are a longest increasing subsequence, found by patience sorting in O(n log n).
    """
    ends: list[int] = []  # ends[n]: the position that ends the lowest increasing run of n + 1 found so far
    before: dict[int, int | None] = {}
    for position, index in sorted(match.items()):
        length = bisect_left(ends, index, key=match.__getitem__)
        before[position] = ends[length - 1] if length else None
        ends[length : length + 1] = [position]
    kept: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        kept.add(last)
        last = before[last]
    return sorted(match.keys() - kept)
