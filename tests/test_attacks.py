"""Every hostile submission, graded in one class with honest students by the command, and the table of outcomes.

docs/attacks.md says what a run measured. To write it anew: ``WRITE_TABLES=1 python -m pytest tests/test_attacks.py``.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder import config as configuration
from autograder.reports.grades import read_grades
from tests import attack_table
from tests.attack_class import ASSIGNMENT, ATTACKS, HONEST, Class, attack, graded_class, printed

LINUX = sys.platform == "linux"
USERS = [*(["me"] if not LINUX or os.geteuid() == 0 else []), *(["ordinary", "without-namespaces"] if LINUX else [])]
TIER = {"me": "A", "ordinary": "A", "without-namespaces": "B"} if LINUX else {"me": "C"}
NEED_WALLS = {  # beside the rows that try to reach something
    "row_21_fork_and_thread_bombs",
    "row_22_memory_bomb",
    "row_23_memory_of_many",
    "row_28_daemon",
    "row_50_hold_memory",
}


@pytest.fixture(scope="module", params=USERS)
def graded(request: pytest.FixtureRequest) -> Iterator[Class]:
    folder = Path(tempfile.mkdtemp(prefix="attacks-"))  # pytest's own is closed to others by each pytest that starts
    try:
        yield graded_class(folder, request.param)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def expected(row: str, name: str, tier: str) -> object:
    module = attack(row)
    return getattr(module, f"{name}_{tier}", getattr(module, name, set()))


def faults(graded: Class, row: str) -> list[str]:
    """What did not go as the row says, a line each."""
    return [*_own_faults(graded, row), *_refusal_faults(graded, row)]


def _own_faults(graded: Class, row: str) -> list[str]:
    module, tier = attack(row), TIER[graded.user]
    if row not in graded.results:
        return []
    found, result = [], graded.results[row]
    if result.problem is not None:
        return [] if hasattr(module, "LOSES_ONE_OF") else [f"it was refused: {result.problem}"]
    said = printed(graded, row)
    if "BREACH" in said:
        found.append("it reached something: " + said[said.index("BREACH") :][:500])
    if expected(row, "TRIES", tier) and "TRIED" not in said:
        found.append(f"it did not get through: {said[:500]}")
    if result.ungraded:
        why = [c.message for e in result.exercises for c in e.checks if c.outcome == "error"]
        found.append(f"left ungraded: {result.ungraded}: {why}")
    lost = {e.name for e in result.exercises if not e.manual and e.score != e.max_score}
    if lost not in getattr(module, "LOSES_ONE_OF", [expected(row, "LOSES", tier)]):
        checks = [(e.name, c.name, c.outcome, c.message[:200]) for e in result.exercises for c in e.checks]
        found.append(f"lost {lost or 'nothing'}: {[c for c in checks if c[2] != 'passed']}")
    for exercise, outcome in getattr(module, "OUTCOME", {}).items():
        outcomes = {c.outcome for e in result.exercises if e.name == exercise for c in e.checks}
        if outcome not in outcomes:
            found.append(f"{exercise} ended as {outcomes}, not as {outcome}")
    kinds = {flag.kind for flag in result.flags}
    if not set(expected(row, "FLAGS", tier)) <= kinds:
        found.append(f"the flags are {kinds}")
    if not kinds & getattr(module, "FLAGS_ONE_OF", kinds) and hasattr(module, "FLAGS_ONE_OF"):
        found.append(f"the flags are {kinds}")
    return found


def _refusal_faults(graded: Class, row: str) -> list[str]:
    found = []
    for student, reason in graded.refusals.get(row, {}).items():
        result = graded.results[student]
        said = result.problem or ""
        if bool(reason) != (result.problem is not None) or reason not in said:
            found.append(f"{student!r}: {said[:300] or 'was not refused'}")
        if reason and result.score is not None:
            found.append(f"{student!r} was refused and has a score")
    return found


def test_the_tier_is_the_one_this_user_can_have(graded):
    tiers = {result.sandbox["tier"] for result in graded.results.values() if result.problem is None}
    assert tiers == {TIER[graded.user]}


@pytest.mark.parametrize("student", HONEST)
def test_honest_students_beside_attackers_get_full_marks(graded, student):
    result = graded.results[student]
    lost = [(e.name, c.name, c.message) for e in result.exercises for c in e.checks if c.outcome != "passed"]
    assert not lost
    assert not result.flags


@pytest.mark.parametrize("row", ATTACKS)
def test_attack(graded, row):
    module = attack(row)
    if TIER[graded.user] == "C" and (row in NEED_WALLS or getattr(module, "TRIES", False)):
        pytest.skip("tier C does not claim this: files, network and memory are open")
    assert not faults(graded, row)
    if hasattr(module, "check"):
        module.check(graded, row)


def test_the_canaries_were_not_touched(graded):
    assert graded.heard == []


def test_nothing_is_left_behind(graded):
    assert graded.left == []


def test_the_gradebook_holds_the_results_and_nothing_else(graded):
    grades = read_grades(configuration.load(graded.course)).assignments[ASSIGNMENT].submissions
    assert set(grades) == {student for student, result in graded.results.items() if result.problem is None}
    for student, submission in grades.items():
        by_checks = {name: cell.auto for name, cell in submission.cells.items()}
        for exercise in graded.results[student].exercises:
            assert exercise.manual or by_checks[f"test_{exercise.name}"] == exercise.score, (student, exercise.name)


def test_no_notebook_shows_a_hidden_test(graded):
    for student, notebook in graded.shown.items():
        assert "run_checks(" not in notebook, student
        assert "HIDDEN TESTS" not in notebook, student


@pytest.mark.skipif(not LINUX, reason="the table is of Linux")
def test_the_table_says_what_was_measured(graded):
    measured = {row: attack_table.verdict(graded, row, faults(graded, row)) for row in ATTACKS}
    column = attack_table.COLUMNS[graded.user]
    if os.environ.get("WRITE_TABLES"):
        attack_table.write(column, measured)
    written = attack_table.read(column)
    assert written == measured, "regenerate it: WRITE_TABLES=1 python -m pytest tests/test_attacks.py"
