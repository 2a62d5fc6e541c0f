"""A submission is rebuilt on the source's cells, whatever became of its own."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.course.notebook import Cell, Notebook, exercises, read_source, read_submission
from autograder.course.restore import released_text, restore
from autograder.errors import SubmissionError
from tests import tiny_course

MINE = "def double(x):\n    return 2 * x"


@pytest.fixture(scope="module")
def source(tmp_path_factory) -> Notebook:
    config = tiny_course.make_course(tmp_path_factory.mktemp("course"))
    return read_source(config.source_notebook("00_tiny"))


@pytest.fixture
def rebuilt(source, tmp_path):
    """Restores a notebook given as JSON; gives the restored notebook and its flags as (kind, where)."""

    def rebuild(notebook):
        path = tmp_path / "x.ipynb"
        path.write_text(json.dumps(notebook))
        restored = restore(source, read_submission(path)[1])
        return restored.notebook, [(flag.kind, flag.where) for flag in restored.flags]

    return rebuild


def released(cells=None):
    """What an honest student hands in: the release's cells with their answer."""
    notebook = copy.deepcopy(tiny_course.handed_in(MINE))
    for cell in notebook["cells"]:
        cell["source"] = cell["source"].split("### BEGIN HIDDEN")[0].rstrip()
    return notebook


def position(notebook, name):
    return next(i for i, c in enumerate(notebook["cells"]) if c["metadata"]["nbgrader"]["grade_id"] == name)


def test_an_honest_submission_comes_back_without_flags(rebuilt, source):
    notebook, flags = rebuilt(released())
    assert flags == []
    assert [c.grade_id for c in notebook.cells] == [c.grade_id for c in source.cells]
    assert notebook.cells[2].source == MINE
    assert notebook.cells[3].points == 3
    assert "HIDDEN" not in notebook.cells[3].source


def test_edited_locked_cells_and_metadata_do_not_count(rebuilt):
    mine = released()
    grade = mine["cells"][3]
    grade["source"] = "1000.0"
    grade["metadata"]["nbgrader"] |= {"points": 1000, "locked": False}
    mine["cells"][1]["source"] = "import os"
    notebook, flags = rebuilt(mine)
    assert notebook.cells[3].points == 3
    assert "1000" not in notebook.cells[3].source
    assert notebook.cells[1].source == "import torch\nimport beside"
    assert set(flags) == {
        ("edited_cell", "imports"), ("edited_cell", "test_double"), ("edited_metadata", "test_double"),
    }  # fmt: skip


@pytest.mark.parametrize("name", ["double", "test_double", "imports", "why"])
def test_a_deleted_cell_is_put_back(rebuilt, name):
    mine = released()
    del mine["cells"][position(mine, name)]
    notebook, flags = rebuilt(mine)
    assert flags == [("missing_cell", name)]
    assert [c.grade_id for c in notebook.cells] == ["title", "imports", "double", "test_double", "why"]
    if name == "double":
        assert "NotImplementedError" in notebook.cells[2].source
    if name == "why":
        assert notebook.cells[4].source == ""


@pytest.mark.parametrize("name", ["double", "test_double", "imports"])
def test_of_copies_the_first_counts_and_the_others_never_run(rebuilt, name):
    mine = released()
    twin = copy.deepcopy(mine["cells"][position(mine, name)])
    twin["source"] = "raise SystemExit('the copy')"
    mine["cells"].append(twin)
    notebook, flags = rebuilt(mine)
    assert ("duplicate_cell", name) in flags
    assert not any("the copy" in cell.source for cell in notebook.cells)
    assert len(notebook.cells) == 5


def test_of_copies_the_one_of_the_right_type_counts(rebuilt):
    mine = released()
    wrong = {**copy.deepcopy(mine["cells"][2]), "cell_type": "markdown", "source": "notes"}
    mine["cells"].insert(2, wrong)
    notebook, _ = rebuilt(mine)
    assert notebook.cells[2].source == MINE


def test_of_copies_the_one_that_was_written_in_counts(rebuilt, source):
    mine = released()
    stub = {**copy.deepcopy(mine["cells"][2]), "source": released_text(source.cells[2])}
    mine["cells"].insert(2, stub)
    notebook, flags = rebuilt(mine)
    assert notebook.cells[2].source == MINE
    assert flags == [("duplicate_cell", "double")]


def test_an_answer_in_a_cell_of_their_own_is_not_undone_by_the_stub_of_the_deleted_one(rebuilt):
    mine = released()
    mine["cells"][2] |= {"id": "new", "metadata": {}}
    notebook, flags = rebuilt(mine)
    assert flags == [("missing_cell", "double")]
    own, stub = notebook.cells[2:4]
    assert (own.source, (own.metadata.get("autograder") == {"origin": "extra"})) == (MINE, True)
    assert "def double" not in stub.source


@pytest.mark.parametrize("metadata", [{}, {"nbgrader": {"grade_id": "doubled", "solution": True}}])
@pytest.mark.parametrize("name", ["double", "test_double", "imports"])
def test_a_cell_whose_grade_id_was_changed_is_known_by_its_cell_id(rebuilt, name, metadata):
    mine = released()
    mine["cells"][position(mine, name)]["metadata"] = metadata
    notebook, flags = rebuilt(mine)
    assert flags == [("edited_metadata", name)]
    assert [c.grade_id for c in notebook.cells] == ["title", "imports", "double", "test_double", "why"]
    assert notebook.cells[2].source == MINE


def test_a_locked_cell_that_lost_its_names_is_known_by_its_text_and_does_not_run_twice(rebuilt):
    mine = released()
    mine["cells"][3] |= {"id": "new", "metadata": {}}
    notebook, flags = rebuilt(mine)
    assert flags == [("edited_metadata", "test_double")]
    assert len(notebook.cells) == 5


def test_a_cell_that_is_not_locked_is_theirs_to_edit(tmp_path):
    cells = copy.deepcopy(tiny_course.CELLS)
    cells[1]["metadata"] = {}
    source = read_source(tiny_course.make_course(tmp_path, cells).source_notebook("00_tiny"))
    mine = released()
    mine["cells"][1] |= {"metadata": {}, "source": "import torch\nrate = 0.5"}
    path = tmp_path / "x.ipynb"
    path.write_text(json.dumps(mine))
    restored = restore(source, read_submission(path)[1])
    assert restored.flags == ()
    assert restored.notebook.cells[1].source == "import torch\nrate = 0.5"
    assert len(restored.notebook.cells) == 5


def test_a_retyped_answer_still_counts(rebuilt):
    mine = released()
    mine["cells"][2]["cell_type"] = "markdown"
    notebook, flags = rebuilt(mine)
    assert notebook.cells[2].cell_type == "code"
    assert notebook.cells[2].source == MINE
    assert flags == [("retyped_cell", "double")]


def test_a_students_own_cells_stay_where_they_stand(rebuilt):
    mine = released()
    own = {"cell_type": "code", "metadata": {}, "source": "mine = 1"}
    mine["cells"].insert(0, {**own, "source": "first = 1"})
    mine["cells"].insert(4, own)
    notebook, flags = rebuilt(mine)
    assert flags == []
    assert notebook.cells[0].source == "first = 1"
    assert notebook.cells[4].source == "mine = 1"
    assert notebook.cells[4].grade_id is None
    assert len({c.id for c in notebook.cells}) == 7


def test_cells_in_another_order_come_back_in_the_sources(rebuilt):
    mine = released()
    mine["cells"][2], mine["cells"][4] = mine["cells"][4], mine["cells"][2]
    notebook, flags = rebuilt(mine)
    assert [c.grade_id for c in notebook.cells] == ["title", "imports", "double", "test_double", "why"]
    assert {kind for kind, _ in flags} == {"moved_cell"}


@pytest.mark.parametrize("name", ["title", "double", "why"])
@pytest.mark.parametrize("to", [0, 4])
def test_the_cell_that_was_moved_is_the_one_that_is_named(rebuilt, name, to):
    mine = released()
    start = position(mine, name)
    mine["cells"].insert(to, mine["cells"].pop(start))
    _, flags = rebuilt(mine)
    assert flags == ([] if start == to else [("moved_cell", name)])


@pytest.mark.parametrize("character", ["\u202e", "\u2066", "\u200b", "\u200f", "\u3164", "\U000e0041", "\x08", "\r"])
@pytest.mark.parametrize("cell_type", ["code", "raw"])
def test_characters_that_do_not_show_are_flagged(rebuilt, character, cell_type):
    mine = released()
    mine["cells"][2] |= {"source": f"# {character}x\n{MINE}", "cell_type": cell_type}
    _, flags = rebuilt(mine)
    assert ("hidden_characters", "double") in flags


@pytest.mark.parametrize("text", ["\u00e9\u05d0\u4e2d", "\U0001f468\u200d\U0001f4bb", "a\r\nb", "\t"])
def test_characters_of_the_worlds_scripts_are_not_flagged(rebuilt, text):
    mine = released()
    mine["cells"][2]["source"] = f"# {text}\n{MINE}"
    assert rebuilt(mine)[1] == []


def split(*texts, between=None):
    """The release with its answer in pieces, which all have the grade_id, as JupyterLab leaves a cell that is split."""
    mine = released()
    whole = mine["cells"].pop(2)
    pieces = [{**copy.deepcopy(whole), "id": f"piece-{i}", "source": text} for i, text in enumerate(texts)]
    if between is not None:
        pieces.insert(1, {"cell_type": "code", "id": "between", "metadata": {}, "source": between})
    mine["cells"][2:2] = pieces
    return mine


TWICE = "def twice(x):\n    return 2 * x"
BY_TWICE = "def double(x):\n    return twice(x)"


@pytest.mark.parametrize("between", [None, "print(1)"])
@pytest.mark.parametrize(
    "texts",
    [
        (TWICE, BY_TWICE),
        (BY_TWICE, TWICE),
        ("import math", "two: int = 2", "a, b = 1, 1", MINE),
        ("async  def f(): pass", "class A: pass", MINE, "from math import pi"),
    ],
)
def test_an_answer_that_was_split_loses_nothing(rebuilt, texts, between):
    notebook, flags = rebuilt(split(*texts, between=between))
    answer = [*texts[:1], *([between] if between else []), *texts[1:]]
    assert [cell.source for cell in notebook.cells[2 : 2 + len(answer)]] == answer
    (counts,) = (cell.source for cell in notebook.cells if cell.grade_id == "double")
    assert "def double" in counts
    assert flags == [("duplicate_cell", "double")]


@pytest.mark.parametrize(
    ("texts", "counts"),
    [
        (("def double(x):\n    return 0", MINE), MINE),
        ((MINE, "double(torch.ones(2))"), MINE),
        (("    double = 1\n", "double == 1", MINE, "x += 1"), MINE),
        (("1", "2"), "1"),
    ],
)
def test_of_several_answers_the_last_above_the_grade_cell_counts_and_the_others_never_run(rebuilt, texts, counts):
    notebook, flags = rebuilt(split(*texts))
    assert flags == [("duplicate_cell", "double")]
    assert notebook.cells[2].source == counts
    assert len(notebook.cells) == 5


def test_an_answer_below_the_grade_cell_does_not_replace_one_above(rebuilt):
    mine = released()
    mine["cells"].append({**copy.deepcopy(mine["cells"][2]), "source": "def double(x):\n    return 0"})
    notebook, _ = rebuilt(mine)
    assert notebook.cells[2].source == MINE
    assert len(notebook.cells) == 5


def test_of_a_written_answer_that_was_split_both_halves_are_read(rebuilt):
    mine = released()
    mine["cells"][4]["source"] = "Because"
    mine["cells"].append({**copy.deepcopy(mine["cells"][4]), "id": "half", "source": "it doubles."})
    notebook, flags = rebuilt(mine)
    assert [cell.source for cell in notebook.cells[4:]] == ["Because", "it doubles."]
    assert flags == [("duplicate_cell", "why")]


def test_many_copies_of_one_cell_take_no_time(source):
    name = {"nbgrader": {"grade_id": "double", "solution": True}}
    long = "x" + " " * 4_000_000
    copies = [Cell("code", f"{long}\n{i}\n{MINE}" if i == 0 else f"y{i} = {i}", "", name) for i in range(2_000)]
    restored = restore(source, Notebook(tuple(copies)))
    assert len(restored.notebook.cells) == 5 + 1_999


@pytest.mark.parametrize("into", ["test_double", "imports"])
@pytest.mark.parametrize("text", ["{mine}\n\n{own}", "{own}\n\n{mine}"])
def test_an_answer_that_was_merged_into_a_locked_cell_counts(rebuilt, into, text):
    mine = released()
    locked = mine["cells"][position(mine, into)]
    locked["source"] = text.format(mine=MINE, own=locked["source"])
    del mine["cells"][2]
    notebook, flags = rebuilt(mine)
    assert set(flags) == {("missing_cell", "double"), ("edited_cell", into)}
    assert len(notebook.cells) == 6
    texts = [cell.source for cell in notebook.cells]
    assert texts.index(MINE) < texts.index(tiny_course.GRADE.splitlines()[0])


def test_what_is_added_to_a_locked_cell_is_left_out_where_no_answer_is_missing(rebuilt):
    mine = released()
    mine["cells"][1]["source"] += "\nprint(1)"
    notebook, flags = rebuilt(mine)
    assert flags == [("edited_cell", "imports")]
    assert len(notebook.cells) == 5


@pytest.mark.parametrize("with_ids", [True, False])
def test_a_notebook_whose_metadata_a_tool_dropped_loses_nothing(rebuilt, with_ids):
    mine = released()
    for cell in mine["cells"]:
        cell["metadata"] = {"id": "a1b2"}
        if not with_ids:
            del cell["id"]
    notebook, _ = rebuilt(mine)
    assert MINE in [cell.source for cell in notebook.cells[:4]]
    assert [e.points for e in exercises(notebook)] == [3.0, 1.0]


def test_line_ends_of_windows_are_no_edit(rebuilt):
    mine = released()
    for cell in mine["cells"]:
        cell["source"] = cell["source"].replace("\n", "\r\n")
    notebook, flags = rebuilt(mine)
    assert flags == []
    assert notebook.cells[2].source == MINE


def test_half_a_character_is_named(rebuilt):
    mine = released()
    mine["cells"][2]["source"] = "# \ud83d\n" + MINE
    with pytest.raises(SubmissionError, match=r"cell 3 has no text: it holds half of a character, \\ud83d"):
        rebuilt(mine)


def test_another_assignments_notebook_is_refused(rebuilt):
    mine = released()
    mine["cells"] = [{**cell, "id": f"other-{i}", "metadata": {}} for i, cell in enumerate(mine["cells"])]
    for cell in (mine["cells"][0], mine["cells"][3]):  # it imports the same
        cell["source"] = "other"
    with pytest.raises(SubmissionError, match="another assignment"):
        rebuilt(mine)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_no_mutation_changes_what_is_graded(source, data):
    cells = copy.deepcopy(released()["cells"])
    for _ in range(data.draw(st.integers(1, 6))):
        index = data.draw(st.integers(0, len(cells) - 1))
        action = data.draw(st.sampled_from(["delete", "copy", "move", "retype", "rename", "rewrite", "points", "id"]))
        nbgrader = cells[index]["metadata"]["nbgrader"]
        if action == "delete" and len(cells) > 1:
            del cells[index]
        elif action == "copy":
            cells.insert(data.draw(st.integers(0, len(cells))), copy.deepcopy(cells[index]))
        elif action == "move":
            cells.insert(data.draw(st.integers(0, len(cells) - 1)), cells.pop(index))
        elif action == "retype":
            cells[index]["cell_type"] = data.draw(st.sampled_from(["code", "markdown", "raw"]))
        elif action == "rename":
            nbgrader["grade_id"] = data.draw(st.sampled_from(["double", "test_double", "why", "x", 3, None]))
        elif action == "rewrite":
            cells[index]["source"] = data.draw(st.text(max_size=20))
        elif action == "id":
            cells[index]["id"] = data.draw(st.sampled_from(["double", "test-double", "why", "", 3, None]))
        else:
            nbgrader |= {"points": data.draw(st.integers()), "grade": data.draw(st.booleans())}
    with TemporaryDirectory() as folder:
        path = Path(folder, "x.ipynb")
        path.write_text(json.dumps({"nbformat": 4, "cells": cells}))
        try:
            restored = restore(source, read_submission(path)[1])
        except SubmissionError:
            return
    extras = [cell for cell in restored.notebook.cells if (cell.metadata.get("autograder") == {"origin": "extra"})]
    assert len(restored.notebook.cells) == len(source.cells) + len(extras)
    assert not any(cell.nbgrader for cell in extras)
    assert len({cell.id for cell in restored.notebook.cells}) == len(restored.notebook.cells)
    graded = [cell for cell in restored.notebook.cells if cell.is_grade or cell.is_solution]
    assert [cell.grade_id for cell in graded] == ["double", "test_double", "why"]
    assert [e.points for e in exercises(restored.notebook)] == [3.0, 1.0]
    assert all(cell.source == tiny_course.GRADE.splitlines()[0] for cell in graded if cell.grade_id == "test_double")
