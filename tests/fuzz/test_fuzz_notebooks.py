"""Damaged notebooks never break the grader, and never earn more than what is left of them deserves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from autograder.config import Config
from autograder.grading import storage
from autograder.grading.grade import grade_submission
from autograder.grading.submissions import find
from autograder.reports.feedback import write_feedback
from autograder.results import SubmissionResult, from_json, to_json
from autograder.sandbox.zygote import Zygote
from tests.fuzz.course import ANSWERS, ASSIGNMENT, KEYS, POINTS, bound, make_course, submission
from tests.fuzz.mutations import HARMLESS, as_json, damaged_bytes, damaged_notebooks
from tests.fuzz.watch import deadline, memory_bounded, snapshot
from tests.scratch import ROOT
from tests.test_reports import Page

STUDENT = "ann"
MEMORY_BYTES = 200 << 20


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Config:
    return make_course(tmp_path_factory.mktemp("fuzz") / "course")


@pytest.fixture(scope="module")
def road(course: Config) -> Iterator[Road]:
    with Zygote((ROOT, course.root)) as zygote:
        zygote.ready()
        road = Road(course, zygote)
        whole = road.grade(as_json(submission()))
        assert (whole.score, whole.max_score) == (sum(POINTS.values()), sum(POINTS.values()) + 1)
        with memory_bounded(MEMORY_BYTES):
            yield road


class Road:
    """From a file that was handed in to the student's page."""

    def __init__(self, course: Config, zygote: Zygote) -> None:
        self.course = course
        self.zygote = zygote
        self.notebook = course.submitted / STUDENT / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        self.notebook.parent.mkdir(parents=True)

    def grade(self, content: bytes) -> SubmissionResult:
        """Grade it, store it, write its page; assert what holds for every file."""
        self.notebook.write_bytes(content)
        around = self.course.root.parent
        written = [folder / STUDENT for folder in (self.course.results, self.course.autograded, self.course.feedback)]
        known = {*written, *(folder.parent for folder in written)}
        before = snapshot(around, *known)
        with deadline():
            (handed_in,) = find(self.course, ASSIGNMENT)
            graded = grade_submission(handed_in.notebook, self.course, ASSIGNMENT, STUDENT, self.zygote)
            storage.save(self.course, graded.result, graded.notebook)
            (page,) = write_feedback(self.course, ASSIGNMENT)
        assert snapshot(around, *known) == before
        assert {p.name for folder in written for p in folder.parent.iterdir()} == {STUDENT}
        Page(page).assert_inert()
        self.assert_sound(graded.result)
        return graded.result

    def assert_sound(self, result: SubmissionResult) -> None:
        assert from_json(to_json(result)) == result
        if result.problem is not None:
            assert (result.score, result.exercises) == (None, ())
            return
        assert result.sandbox["tier"]
        assert not result.ungraded
        assert [(e.name, e.max_score) for e in result.exercises] == [*POINTS.items(), ("why", 1.0)]
        assert result.max_score == sum(POINTS.values()) + 1
        assert result.score == sum(e.score or 0.0 for e in result.exercises)
        shown = storage.autograded_file(self.course, STUDENT, ASSIGNMENT).read_text("utf-8")
        assert "HIDDEN TESTS" not in shown
        assert "run_checks" not in shown


def assert_deserved(result: SubmissionResult, notebook: Any) -> None:
    """No exercise has more points than the texts of the notebook's cells can earn."""
    most = bound([text_of(cell) for cell in notebook["cells"]]) if result.problem is None else {}
    for exercise in result.exercises:
        assert exercise.manual or (exercise.score or 0.0) <= most[exercise.name], exercise


def text_of(cell: dict[str, Any]) -> str:
    return "".join(line for line in cell["source"] if isinstance(line, str))


@given(damage=damaged_notebooks(submission()))
def test_notebooks_damaged_in_structure(road: Road, damage: tuple[dict[str, Any], set[str]]) -> None:
    notebook, kinds = damage
    result = road.grade(as_json(notebook))
    event("refused" if result.problem else f"{result.score:g} points")
    assert_deserved(result, notebook)
    if kinds <= HARMLESS and result.problem is None:
        assert result.score == sum(POINTS.values()), result.exercises


@given(content=damaged_bytes(as_json(submission())) | damaged_bytes(json.dumps(submission(), indent=1).encode()))
def test_notebooks_damaged_in_bytes(road: Road, content: bytes) -> None:
    result = road.grade(content)
    event("refused" if result.problem else f"{result.score:g} points")
    if result.problem is None:
        assert_deserved(result, json.loads(content.decode("utf-8-sig")))


@pytest.mark.parametrize("name", POINTS)
def test_without_its_number_an_answer_is_worth_nothing(road: Road, name: str) -> None:
    """The bound is sound only if this holds, and it can fail only if it is tight."""
    notebook = submission()
    for cell in notebook["cells"]:
        if cell["source"] == ANSWERS[name]:
            cell["source"] = ANSWERS[name].replace(KEYS[name], KEYS[name].replace("3", "4"))
    result = road.grade(as_json(notebook))
    deserved = bound([text_of(cell) for cell in notebook["cells"]])
    assert {e.name: e.score for e in result.exercises if not e.manual} == deserved
    assert deserved[name] == 0.0


@given(name=st.text(st.characters(exclude_characters="/\x00", exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_folders_with_any_name_are_named_or_graded(course: Config, name: str) -> None:
    folder = course.submitted.with_name("named") / name / ASSIGNMENT
    if name in (".", "..") or len(name.encode()) > 255:
        return
    folder.mkdir(parents=True)
    try:
        elsewhere = _Elsewhere(course, folder.parents[1])
        for found in find(elsewhere, ASSIGNMENT):  # type: ignore[arg-type]
            assert found.problem is not None
            assert found.problem.isprintable()
            assert found.notebook.parent == folder
    finally:
        folder.rmdir()
        folder.parent.rmdir()


class _Elsewhere:
    """A course whose submissions lie in another folder."""

    def __init__(self, course: Config, submitted: Path) -> None:
        self.source, self.submitted, self._course = course.source, submitted, course

    def assignments(self) -> list[str]:
        return self._course.assignments()
