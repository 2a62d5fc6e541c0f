"""Every hostile submission, graded in one class with honest students, as the command does it."""

from __future__ import annotations

import importlib
import json
import os
import socket
import sys
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import pytest

import autograder as package
from autograder.results import SubmissionResult, from_json
from tests import scratch

ASSIGNMENT = "03_losses"
ROWS = sorted(path.stem for path in (Path(__file__).parent / "attacks").glob("row_*.py"))
HONEST = ("aa-honest", "mm-honest", "zz-honest")
TOKEN = "tokentoken-5f2c1e"
DAEMON = "daemon-5f2c1e"
USERS = ["me", "ordinary", "without-namespaces"] if sys.platform == "linux" else ["me"]
TIER = {"me": "A", "ordinary": "A", "without-namespaces": "B"} if sys.platform == "linux" else {"me": "C"}

NEED_WALLS = {"row_22_memory_bomb", "row_28_daemon"}  # beside the rows that try to reach something


class Class(NamedTuple):
    """A class that was graded: results by student, what their notebooks show, and what the canaries saw."""

    user: str
    results: dict[str, SubmissionResult]
    shown: dict[str, str]
    heard: list[str]
    canary: Path
    stderr: str


def attack(row: str) -> Any:
    return importlib.import_module(f"tests.attacks.{row}")


def fill(text: str, words: dict[str, str]) -> str:
    for word, value in words.items():
        text = text.replace(f"@{word}@", value)
    return text


@pytest.fixture(scope="module", params=USERS)
def graded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Class:
    folder = tmp_path_factory.mktemp(f"attacks-{request.param}")
    course = scratch.make_course(folder / "course")
    canary = folder / "canary.txt"
    canary.write_text("BREACH: the canary was read\n")
    heard: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        with socket.socket(socket.AF_UNIX) as unix:
            unix_path = folder / "s"
            unix.bind(str(unix_path))
            unix.listen()
            unix_path.chmod(0o777)
            words = {
                "COURSE": str(course),
                "CANARY_FILE": str(canary),
                "PACKAGE": str(Path(package.__file__).parent),
                "TCP_PORT": str(tcp.getsockname()[1]),
                "UDP_PORT": str(udp.getsockname()[1]),
                "UNIX_SOCKET": str(unix_path),
                "GRADER_PID": str(os.getpid()),
                "TOKEN": TOKEN,
                "DAEMON": DAEMON,
            }
            for student in HONEST:
                scratch.hand_in(course, student, ASSIGNMENT, scratch.worked_notebook(ASSIGNMENT))
            for row in ROWS:
                answers = {name: fill(text, words) for name, text in attack(row).ANSWERS.items()}
                notebook = scratch.worked_notebook(ASSIGNMENT, answers)
                if hasattr(attack(row), "edit"):
                    attack(row).edit(notebook)
                scratch.hand_in(course, row, ASSIGNMENT, notebook)
            run = scratch.autograder(
                "grade", ASSIGNMENT, "--jobs", "2", course=course, user=request.param, env={"SECRET": TOKEN}
            )
            for name, listener in (("tcp", tcp), ("udp", udp), ("unix", unix)):
                listener.setblocking(False)
                try:
                    listener.recv(100) if name == "udp" else listener.accept()
                    heard.append(name)
                except BlockingIOError:
                    pass
    results, shown = {}, {}
    for student in (*HONEST, *ROWS):
        file = course / "results" / student / f"{ASSIGNMENT}.json"
        assert file.exists(), f"{student} has no result:\n{run.stdout}\n{run.stderr}"
        results[student] = from_json(file.read_bytes())
        shown[student] = (course / "autograded" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_text()
    return Class(request.param, results, shown, heard, canary, run.stderr)


def outputs(notebook: str) -> str:
    """All that the cells of a student's own text printed."""
    cells = [c for c in json.loads(notebook)["cells"] if c["cell_type"] == "code"]
    return "\n".join("".join(o.get("text", "")) for c in cells for o in c["outputs"] if o["output_type"] == "stream")


def test_the_tier_is_the_one_this_user_can_have(graded):
    assert {result.sandbox["tier"] for result in graded.results.values()} == {TIER[graded.user]}


@pytest.mark.parametrize("student", HONEST)
def test_honest_students_beside_attackers_get_full_marks(graded, student):
    result = graded.results[student]
    lost = [(e.name, c.name, c.message) for e in result.exercises for c in e.checks if c.outcome != "passed"]
    assert not lost
    assert not result.flags


@pytest.mark.parametrize("row", ROWS)
def test_attack(graded, row):
    module, result = attack(row), graded.results[row]
    printed = outputs(graded.shown[row])
    if TIER[graded.user] == "C" and (row in NEED_WALLS or getattr(module, "TRIES", False)):
        pytest.skip("tier C does not claim this: files, network and memory are open")
    assert "BREACH" not in printed
    if getattr(module, "TRIES", False):
        assert "TRIED" in printed, printed
    assert result.problem is None
    assert not result.ungraded
    lost = {e.name for e in result.exercises if not e.manual and e.score != e.max_score}
    assert lost == module.LOSES, [
        (e.name, c.name, c.message) for e in result.exercises for c in e.checks if c.points == 0
    ]
    for exercise, outcome in getattr(module, "OUTCOME", {}).items():
        (found,) = (e for e in result.exercises if e.name == exercise)
        assert outcome in {c.outcome for c in found.checks}
    assert getattr(module, "FLAGS", set()) <= {flag.kind for flag in result.flags}


def test_the_canaries_were_not_touched(graded):
    assert graded.canary.read_text() == "BREACH: the canary was read\n"
    assert graded.heard == []


def test_no_process_is_left_behind(graded):
    left = [p.info for p in psutil.process_iter(["cmdline"]) if DAEMON in " ".join(p.info["cmdline"] or ())]
    assert not left


def test_no_notebook_shows_a_hidden_test(graded):
    for student, notebook in graded.shown.items():
        assert "run_checks(" not in notebook, student
        assert "HIDDEN TESTS" not in notebook, student
