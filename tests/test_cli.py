"""The command, run as a person would: a class with everything that can be handed in, and every kind of misuse."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.cli import app
from tests import tiny_course
from tests.scratch import ROOT, autograder, hand_in

RIGHT = "def double(x):\n    return 2 * x"
WRONG = "def double(x):\n    return -2 * x"


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A graded class: (course folder, finished command)."""
    course = tmp_path_factory.mktemp("class")
    tiny_course.make_course(course, settings="[tool.autograder.limits]\ncell_s = 6.0\ncheck_s = 3.0\n")
    for student, notebook in {
        "right": tiny_course.handed_in(RIGHT),
        "wrong": tiny_course.handed_in(WRONG),
        "blank": tiny_course.handed_in("def double(x):\n    raise NotImplementedError()"),
        "raises": tiny_course.handed_in("def double(x):\n    raise ValueError(str(x.tolist()))"),
        "syntax": tiny_course.handed_in("def double(x:\n    return 2"),
        "hangs": tiny_course.handed_in("def double(x):\n    while True: pass"),
        "answered": tiny_course.handed_in(RIGHT, why={"source": "Because it *adds*."}),
        "empty": "",
        "not-json": '{"cells": [',
        "not-utf8": b"\xff\xfe{",
        "version-3": '{"nbformat": 3, "worksheets": []}',
        "other": '{"nbformat": 4, "cells": [{"cell_type": "code", "source": "1", "metadata": {}}]}',
        "enormous": b" " * (17 << 20),
    }.items():
        hand_in(course, student, "00_tiny", notebook)
    (course / "submitted" / "right" / "00_tiny" / "timestamp.txt").write_text("2026-01-31 10:00:00 UTC")
    (course / "submitted" / "nothing" / "00_tiny").mkdir(parents=True)
    (course / "submitted" / "misnamed" / "00_tiny").mkdir(parents=True)
    (course / "submitted" / "misnamed" / "00_tiny" / "Untitled.ipynb").write_text("{}")
    (course / "submitted" / "evil\x1b[31m" / "00_tiny").mkdir(parents=True)
    return course, autograder("grade", "00_tiny", "--jobs", "2", course=course)


def result(course: Path, student: str):
    return json.loads((course / "results" / student / "00_tiny.json").read_text())


def test_everybody_is_graded_or_named(graded):
    course, ran = graded
    assert ran.returncode == 1
    assert "Traceback" not in ran.stderr
    scores = {
        s: result(course, s)["score"] for s in ("right", "wrong", "blank", "raises", "syntax", "hangs", "answered")
    }
    assert scores == {"right": 3, "wrong": 1, "blank": 0, "raises": 0, "syntax": 0, "hangs": 0, "answered": 3}


@pytest.mark.parametrize(
    ("student", "says"),
    [
        ("empty", "is empty"),
        ("not-json", "is not JSON"),
        ("not-utf8", "is not UTF-8"),
        ("version-3", "version 3, not 4"),
        ("other", "none of this assignment's cells"),
        ("enormous", "has 17 MiB; it may have 16"),
        ("nothing", "does not exist. It holds no notebook."),
        ("misnamed", "does not exist. It holds Untitled.ipynb. Name the notebook 00_tiny.ipynb."),
    ],
)
def test_what_cannot_be_graded_says_why_and_is_no_zero(graded, student, says):
    course, ran = graded
    found = result(course, student)
    assert says in found["problem"]
    assert f"submitted/{student}/00_tiny" in found["problem"]
    assert found["score"] is None
    assert "not graded" in next(line for line in ran.stdout.splitlines() if line.startswith(student))


def test_no_escape_sequence_reaches_the_terminal(graded):
    _, ran = graded
    assert "\x1b" not in ran.stdout + ran.stderr


def test_the_likely_mistake_is_named(graded):
    course, ran = graded
    (exercise,) = (e for e in result(course, "wrong")["exercises"] if e["name"] == "double")
    assert [(c["name"], c["outcome"], c["misconception"]) for c in exercise["checks"]] == [
        ("keeps_the_shape", "passed", None),
        ("doubles", "failed", "sign_error"),
    ]
    assert "double: sign_error" in ran.stdout


def test_a_missing_function_is_explained_by_its_cell(graded):
    course, _ = graded
    message = result(course, "syntax")["exercises"][0]["checks"][0]["message"]
    assert (
        message
        == "`double` does not exist: no cell that ran defines it. Its cell did not finish: it stopped with SyntaxError."
    )


def test_a_hidden_input_does_not_come_back_in_an_exception(graded):
    course, _ = graded
    message = result(course, "raises")["exercises"][0]["checks"][0]["message"]
    assert message.startswith("`double` raised ValueError at line 2 of its cell")
    assert "[" not in message


def test_a_hanging_call_is_a_timeout(graded):
    course, _ = graded
    outcomes = {c["outcome"] for c in result(course, "hangs")["exercises"][0]["checks"]}
    assert outcomes == {"timeout", "skipped"}


def test_the_gradebook_has_the_scores_and_waits_for_people(graded):
    course, _ = graded
    with Gradebook(f"sqlite:///{course}/gradebook.db", "tiny") as gradebook:
        right = gradebook.find_submission("00_tiny", "right")
        assert (right.score, right.max_score) == (3, 4)
        assert str(right.timestamp) == "2026-01-31 10:00:00"
        grades = {g.name: g for g in gradebook.find_submission_notebook("00_tiny", "00_tiny", "answered").grades}
        assert grades["why"].needs_manual_grade
        assert not grades["test_double"].needs_manual_grade
        assert {s.student.id for s in gradebook.assignment_submissions("00_tiny")} == {
            "right", "wrong", "blank", "raises", "syntax", "hangs", "answered",
        }  # fmt: skip


def test_no_autograded_notebook_holds_a_hidden_test(graded):
    course, _ = graded
    for notebook in (course / "autograded").rglob("*.ipynb"):
        assert "run_checks" not in notebook.read_text()


def test_grading_again_reuses_what_did_not_change(graded):
    course, _ = graded
    before = {p: p.stat().st_mtime_ns for p in (course / "autograded").rglob("*.ipynb")}
    hand_in(course, "wrong", "00_tiny", tiny_course.handed_in(RIGHT))
    ran = autograder("grade", "00_tiny", course=course)
    changed = {p.parts[-3] for p, when in before.items() if p.stat().st_mtime_ns != when}
    assert changed == {"wrong"}
    assert result(course, "wrong")["score"] == 3
    assert ran.returncode == 1
    assert autograder("grade", "00_tiny", "--student", "right", "--force", course=course).returncode == 0
    assert (course / "autograded" / "right" / "00_tiny" / "00_tiny.ipynb").stat().st_mtime_ns not in before.values()


def test_nbgraders_feedback_can_be_made_from_it(graded):
    course, _ = graded
    command = [sys.executable, "-m", "nbgrader", "generate_feedback", "00_tiny", "--student=answered"]
    ran = subprocess.run(command, cwd=course, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    page = (course / "feedback" / "answered" / "00_tiny" / "00_tiny.html").read_text()
    assert "Every element is doubled" in page
    assert "run_checks" not in page


def test_feedback_report_and_export_follow(graded):
    course, _ = graded
    assert autograder("feedback", "00_tiny", course=course).returncode == 0
    page = (course / "feedback" / "hangs" / "00_tiny" / "00_tiny.html").read_text()
    assert "Content-Security-Policy" in page
    assert "did not answer in time" in page
    assert autograder("report", course=course).returncode == 0
    assert "misnamed" in (course / "report" / "index.html").read_text()
    assert autograder("export", "csv", "-o", str(course / "grades.csv"), course=course).returncode == 0
    assert "right" in (course / "grades.csv").read_text()


def test_one_notebook_as_json(tmp_path):
    course = tmp_path / "course"
    tiny_course.make_course(course)
    (tmp_path / "mine.ipynb").write_text(json.dumps(tiny_course.handed_in(WRONG)))
    ran = autograder("grade", str(tmp_path / "mine.ipynb"), "--json", course=course)
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)
    assert (found["schema"], found["assignment"], found["student"]) == (1, "00_tiny", None)
    assert (found["score"], found["max_score"]) == (1, 4)
    assert [e["name"] for e in found["exercises"]] == ["double", "why"]
    failed = found["exercises"][0]["checks"][1]
    assert (failed["name"], failed["outcome"], failed["points"], failed["max_points"]) == ("doubles", "failed", 0, 2)
    assert failed["misconception"] == "sign_error"
    assert failed["hint"]
    assert found["sandbox"]["tier"] in "ABC"
    assert not (course / "gradebook.db").exists()


def test_one_notebook_under_pytest(tmp_path):
    course = tmp_path / "course"
    tiny_course.make_course(course)
    (tmp_path / "mine.ipynb").write_text(json.dumps(tiny_course.handed_in(WRONG)))
    command = [
        sys.executable,
        "-m",
        "pytest",
        "checks",
        "--submission",
        str(tmp_path / "mine.ipynb"),
        "-p",
        "no:cacheprovider",
    ]
    ran = subprocess.run(command, cwd=course, capture_output=True, text=True, check=False)
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert "1 failed, 1 passed" in ran.stdout
    assert "expected" in ran.stdout
    assert "Hint: " in ran.stdout


def test_a_check_that_breaks_is_our_error_and_not_a_zero(tmp_path):
    broken = tiny_course.CHECKS.replace("compare(student.double(x), 2 * x", "compare(student.double(x), 2 * y")
    tiny_course.make_course(tmp_path, checks=broken)
    hand_in(tmp_path, "right", "00_tiny", tiny_course.handed_in(RIGHT))
    ran = autograder("grade", "00_tiny", course=tmp_path)
    assert ran.returncode == 1
    assert "ungraded: double" in ran.stdout
    found = result(tmp_path, "right")["exercises"][0]
    assert found["score"] is None
    assert [c["outcome"] for c in found["checks"]] == ["passed", "error"]
    with Gradebook(f"sqlite:///{tmp_path}/gradebook.db", "tiny") as gradebook:
        (grade,) = (
            g
            for g in gradebook.find_submission_notebook("00_tiny", "00_tiny", "right").grades
            if g.name == "test_double"
        )
        assert grade.auto_score is None
        assert grade.needs_manual_grade


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("grade", "99_nothing"), 2, "There is no assignment `99_nothing`"),
        (("grade", "00_tiny"), 1, "There is nothing to grade"),
        (("grade", "00_tiny", "--student", "nobody"), 2, "Nothing was handed in for 00_tiny by: nobody"),
        (("grade", "nowhere.ipynb"), 2, "nowhere.ipynb does not exist"),
        (("grade", "00_tiny", "--jobs", "0"), 2, "jobs"),
        (("grade",), 2, "Missing argument"),
        (("release", "99_nothing"), 2, "There is no assignment"),
        (("export", "papyrus"), 2, "papyrus"),
        (("nonsense",), 2, "No such command"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_misuse_is_named(tmp_path, arguments, status, says):
    tiny_course.make_course(tmp_path)
    ran = autograder(*arguments, course=tmp_path)
    assert ran.returncode == status, ran.stderr
    assert says in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_folder_that_is_no_course_is_named(tmp_path):
    ran = autograder("grade", "00_tiny", course=tmp_path)
    assert ran.returncode == 1
    assert "is not a course" in ran.stderr


def test_a_setting_that_makes_no_sense_is_named(tmp_path):
    tiny_course.make_course(tmp_path)
    with (tmp_path / "pyproject.toml").open("a") as file:
        file.write("[tool.autograder.limits]\ncell_s = -1.0\n")
    ran = autograder("grade", "00_tiny", course=tmp_path)
    assert ran.returncode == 1
    assert "cell_s must be more than 0" in ran.stderr


def test_an_error_is_one_json_object_too(tmp_path):
    tiny_course.make_course(tmp_path)
    for target, status, says in (("99_nothing", 2, "There is no assignment"), ("00_tiny", 1, "nothing to grade")):
        ran = autograder("grade", target, "--json", course=tmp_path)
        assert ran.returncode == status
        found = json.loads(ran.stdout)
        assert found["schema"] == 1
        assert says in found["error"]["message"]
        assert found["error"]["fix"]
        assert says in ran.stderr


def test_what_a_terminal_cannot_show_costs_nothing(tmp_path):
    tiny_course.make_course(tmp_path)
    (tmp_path / "mine.ipynb").write_text(
        json.dumps(tiny_course.handed_in("def double(x):\n    raise ValueError('→é')"))
    )
    ascii_only = {"PYTHONIOENCODING": "ascii"}
    ran = autograder("grade", str(tmp_path / "mine.ipynb"), course=tmp_path, env=ascii_only)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "raise ValueError('??')" in ran.stdout
    ran = autograder("grade", str(tmp_path / "mine.ipynb"), "--json", course=tmp_path, env=ascii_only)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "→é" in json.loads(ran.stdout)["exercises"][0]["checks"][0]["message"]


def test_a_file_or_a_pipe_that_takes_nothing_is_no_traceback(tmp_path):
    tiny_course.make_course(tmp_path)
    (tmp_path / "report").mkdir()
    command = [sys.executable, "-m", "autograder", "--course", str(tmp_path), "report"]
    if Path("/dev/full").exists():
        with open("/dev/full", "w") as full:
            ran = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        assert ran.returncode == 1
        assert ran.stderr.startswith("error: The output: No space left on device.")
    read, write = os.pipe()
    os.close(read)
    ran = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write)
    assert (ran.returncode, ran.stderr) == (1, "")


def test_sentences_are_not_taken_away_by_an_option_of_python(tmp_path):
    tiny_course.make_course(tmp_path)
    ran = autograder("report", course=tmp_path, env={"PYTHONOPTIMIZE": "2"})
    assert ran.returncode == 2
    assert "Unset PYTHONOPTIMIZE." in ran.stderr


@pytest.mark.parametrize("swallowed", [False, True])
def test_an_interrupt_says_what_is_kept(tmp_path, swallowed):
    """numpy, when it is imported, drops an exception that comes from a signal."""
    tiny_course.make_course(tmp_path)
    hand_in(tmp_path, "right", "00_tiny", tiny_course.handed_in(RIGHT))
    program = f"""
import os, signal, sys
from autograder import cli
from autograder.grading import engine
require = engine.require_sandbox
def interrupted():
    try:
        os.kill(os.getpid(), signal.SIGINT)
    except KeyboardInterrupt:
        if not {swallowed}:
            raise
    require()
engine.require_sandbox = interrupted
sys.argv = ["autograder", "--course", {str(tmp_path)!r}, "grade", "00_tiny"]
cli.main()
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=300)
    assert ran.returncode == 130, ran.stderr
    assert ran.stderr == "Interrupted. What is done is kept: the same command goes on from there.\n"
    assert autograder("grade", "00_tiny", course=tmp_path).returncode == 0


def test_the_graders_are_graded(tmp_path):
    tiny_course.make_course(tmp_path)
    ran = autograder("verify", course=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert "2 of 2 known answers are judged as they should be" in ran.stdout
    answers = tmp_path / "tests" / "answers" / "00_tiny" / "double"
    (answers / "right" / "sign_error.py").write_text(WRONG)
    (answers / "wrong" / "sign_error.py").write_text("def double(x):\n    return 3 * x")
    ran = autograder("verify", course=tmp_path)
    assert ran.returncode == 1
    assert "right/sign_error.py: a right answer lost points" in ran.stderr.replace("\n", "")
    assert "wrong/sign_error.py: a wrong answer was not named" in ran.stderr.replace("\n", "")


def test_doctor_says_what_holds(tmp_path):
    tiny_course.make_course(tmp_path)
    ran = autograder("doctor", "--json", course=tmp_path)
    found = json.loads(ran.stdout)
    assert ran.returncode == 0
    assert found["tier"] in "ABC"
    assert found["devices"][0] == "cpu"
    assert found["versions"]["torch"]


def commands() -> list[str]:
    return sorted(c.name or c.callback.__name__ for c in app.registered_commands if c.callback)


@pytest.mark.parametrize("command", commands())
def test_every_command_has_help_and_a_place_in_the_readme(command):
    (info,) = (c for c in app.registered_commands if (c.name or c.callback.__name__) == command)
    assert (info.callback.__doc__ or "").strip()
    assert re.search(rf"autograder {command}\b", (ROOT / "README.md").read_text())
