"""Reading notebooks: an instructor's, and what students hand in, damaged and hostile."""

from __future__ import annotations

import copy
import json
import os

import nbformat
import pytest

from autograder.course import notebook as nb
from autograder.errors import CourseError, SubmissionError
from tests import tiny_course


def notebook_text(**changes: object) -> str:
    return json.dumps({**tiny_course.handed_in("1"), **changes})


def test_a_submission_gives_its_cells_and_nothing_else(tmp_path):
    path = tmp_path / "x.ipynb"
    nbgrader = {"grade_id": "double", "points": 1000, "solution": True, "checksum": "x"}
    cell = {"cell_type": "code", "id": "a", "source": ["x = 1\n", "x"], "outputs": [{"evil": 1}]}
    cell["metadata"] = {"nbgrader": nbgrader, "tags": ["evil"]}
    path.write_text(json.dumps({"nbformat": 4, "cells": [cell], "metadata": {"evil": 1}}))
    content, notebook = nb.read_submission(path)
    assert content == path.read_bytes()
    assert notebook.metadata == {}
    (own,) = notebook.cells
    assert (own.cell_type, own.source, own.id) == ("code", "x = 1\nx", "a")
    assert own.metadata == {"nbgrader": {"grade_id": "double", "points": 1000, "solution": True}}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"\xff\xfe\x00", "is not UTF-8"),
        (b"{", "is not JSON"),
        (b"[" * 100_000, "nested too deep"),
        (b'{"a": 1, "a": 2}', "a key twice"),
        (b'{"nbformat": NaN}', "NaN is not a JSON value"),
        (b'{"nbformat": ' + b"9" * 5000 + b"}", "more than 20 digits"),
        (b"[]", "is not a notebook"),
        (b'{"nbformat": 3, "worksheets": []}', "version 3, not 4"),
        (b'{"nbformat": 5, "cells": []}', "version 5, not 4"),
        (b'{"nbformat": "4"}', "version unknown"),
        (b'{"nbformat": 4}', "has no list of"),
        (b'{"nbformat": 4, "cells": []}', "has no list of"),
        (b'{"nbformat": 4, "cells": [{"cell_type": "heading"}]}', "cell 1 has no known type"),
        (b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": 3}]}', "cell 1 has no text"),
        (b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": "\\ud800"}]}', "cell 1 has no text"),
        (notebook_text(cells=[{"cell_type": "code", "source": ""}] * 2001).encode(), "1 to 2000 cells"),
    ],
    ids=range(18),
)
def test_what_is_not_a_notebook_is_refused_with_its_name_and_a_way_out(tmp_path, content, says):
    path = tmp_path / "x.ipynb"
    path.write_bytes(content)
    with pytest.raises(SubmissionError) as refusal:
        nb.read_submission(path)
    assert says in refusal.value.message
    assert str(path) in refusal.value.message
    assert refusal.value.fix


def test_a_byte_order_mark_does_no_harm(tmp_path):
    path = tmp_path / "x.ipynb"
    path.write_bytes(b"\xef\xbb\xbf" + notebook_text().encode())
    assert len(nb.read_submission(path)[1].cells) == 5


def test_nbgrader_metadata_of_an_older_version_keeps_its_grade_ids(tmp_path):
    path = tmp_path / "x.ipynb"
    old = {"schema_version": 1, "grade_id": "test_double", "grade": True, "points": "3", "checksum": "x"}
    path.write_text(notebook_text(cells=[{"cell_type": "code", "source": "", "metadata": {"nbgrader": old}}]))
    (cell,) = nb.read_submission(path)[1].cells
    assert cell.metadata == {"nbgrader": {"grade_id": "test_double", "grade": True}}


def test_an_enormous_notebook_is_refused_without_being_read(tmp_path):
    path = tmp_path / "x.ipynb"
    with path.open("wb") as file:
        file.truncate(1 << 30)
    with pytest.raises(SubmissionError, match="1024 MiB"):
        nb.read_submission(path)


@pytest.mark.parametrize("kind", ["folder", "link", "pipe", "missing"])
def test_what_is_not_a_regular_file_is_refused(tmp_path, kind):
    path = tmp_path / "x.ipynb"
    if kind == "folder":
        path.mkdir()
    elif kind == "link":
        (tmp_path / "y").write_text(notebook_text())
        path.symlink_to(tmp_path / "y")
    elif kind == "pipe":
        os.mkfifo(path)
    with pytest.raises(SubmissionError):
        nb.read_submission(path)


def test_a_source_with_a_grade_id_twice_is_refused(tmp_path):
    config = tiny_course.make_course(tmp_path, [*tiny_course.CELLS, tiny_course.CELLS[2]])
    with pytest.raises(CourseError, match=r"cell 6 has the grade_id `double` of cell 3"):
        nb.read_source(config.source_notebook("00_tiny"))


@pytest.mark.parametrize(
    ("position", "change", "says"),
    [
        (2, {"schema_version": 1}, r"cell 3 \(`double`\).*nbgrader update"),
        (2, {"grade_id": "d" * 65}, r"cell 3 .* no grade_id that can be used. Give it one of 1 to 64"),
        (2, {"grade_id": "a.b"}, r"cell 3 \(`a.b`\) has no grade_id that can be used"),
        (2, {"grade_id": ["double"]}, r"cell 3 .* no grade_id that can be used"),
        (2, {"grade_id": None}, r"cell 3 .* no grade_id that can be used"),
        (3, {"points": "many"}, r"cell 4 \(`test_double`\) has points that are no number"),
        (3, {"points": True}, r"cell 4 \(`test_double`\) has points that are no number"),
    ],
)
def test_a_source_with_nbgrader_metadata_that_makes_no_sense_is_refused(tmp_path, position, change, says):
    cells = copy.deepcopy(tiny_course.CELLS)
    cells[position]["metadata"]["nbgrader"] |= change
    config = tiny_course.make_course(tmp_path, cells)
    with pytest.raises(CourseError, match=says):
        nb.read_source(config.source_notebook("00_tiny"))


@pytest.mark.parametrize(
    ("change", "says"),
    [({"cell_type": "heading"}, "cell 2 has no known type"), ({"source": 3}, "cell 2 has no text")],
)
def test_a_source_with_a_cell_that_is_none_is_refused(tmp_path, change, says):
    cells = copy.deepcopy(tiny_course.CELLS)
    cells[1] |= change
    config = tiny_course.make_course(tmp_path, cells)
    with pytest.raises(CourseError, match=says):
        nb.read_source(config.source_notebook("00_tiny"))


def test_a_source_cell_without_metadata_is_an_ordinary_cell(tmp_path):
    cells = copy.deepcopy(tiny_course.CELLS)
    cells[1]["metadata"] = None
    config = tiny_course.make_course(tmp_path, cells)
    cell = nb.read_source(config.source_notebook("00_tiny")).cells[1]
    assert (cell.grade_id, cell.is_locked, cell.is_solution, cell.is_grade) == (None, False, False, False)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"nbformat": 3}', '{"nbformat": 4, "cells": [{}]}'])
def test_a_source_that_is_no_notebook_is_named(tmp_path, content):
    config = tiny_course.make_course(tmp_path)
    path = config.source_notebook("00_tiny")
    path.write_text(content)
    with pytest.raises(CourseError, match="00_tiny"):
        nb.read_source(path)


def test_exercises_are_named_after_their_grade_cells(tmp_path):
    config = tiny_course.make_course(tmp_path)
    found = nb.exercises(nb.read_source(config.source_notebook("00_tiny")))
    assert found == (nb.Exercise("double", 3.0, False, 3), nb.Exercise("why", 1.0, True, 4))


def test_hidden_tests_and_markers_are_taken_out():
    assert nb.strip_hidden(tiny_course.GRADE) == tiny_course.GRADE.splitlines()[0]
    assert nb.strip_hidden("x = 1\n### BEGIN HIDDEN TESTS\nsecret = 1") == "x = 1"
    assert nb.strip_hidden("a\n### BEGIN MARK SCHEME\nsecret\n### END MARK SCHEME\nb") == "a\nb"
    stripped = nb.strip_solution_markers(tiny_course.SOLUTION)
    assert "SOLUTION" not in stripped
    assert "twice_as_much = x + x" in stripped


def test_what_is_written_is_valid_for_jupyter(tmp_path):
    config = tiny_course.make_course(tmp_path)
    notebook = nb.read_source(config.source_notebook("00_tiny"))
    result = {"output_type": "execute_result", "data": {"text/plain": "3.0"}, "metadata": {}, "execution_count": None}
    nbformat.validate(nbformat.from_dict(notebook.to_dict({3: [result]})))
    assert json.loads(nb.to_json(notebook.to_dict()))["nbformat_minor"] == 5
