"""Limits: set for a course and for an assignment, refused where they make no sense, and named when one is passed."""

from __future__ import annotations

import re
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from autograder.config import Limits, find_root, load
from autograder.errors import CourseError
from autograder.grading import engine
from autograder.grading.batch import grade_class
from autograder.grading.executors import LocalProcesses
from autograder.grading.storage import autograded_file
from autograder.grading.submissions import find
from autograder.results import SubmissionResult
from autograder.sandbox import excess
from autograder.sandbox.zygote import Zygote
from tests import tiny_course
from tests.scratch import ROOT, hand_in
from tests.tiny_course import ASSIGNMENT

OTHER = "01_other"
RIGHT = "def double(x):\n    return 2 * x\n"
SMALL = """
[tool.autograder.limits]
wall_s = 10
check_s = 8
memory_bytes = 268_435_456
processes = 12
disk_bytes = 4_194_304
output_bytes = 20_480
"""
FORKS = "import os, time\nwhile True:\n    if os.fork() == 0:\n        time.sleep(60)\n        os._exit(0)\n"
HOARD = (
    "import os, time\nfor _ in range(4):\n    if os.fork() == 0:\n        x = bytearray(150 << 20)\n"
    "        x[::4096] = b'x' * len(x[::4096])\n        time.sleep(60)\ntime.sleep(60)\n"
)
DEAF = "import time\nwhile True:\n    try:\n        time.sleep(60)\n    except BaseException: pass\n"
MEMORY = r"all its processes together may use 256 MiB of memory \(memory_bytes\)"
DISK = r"its files may hold 4 MiB \(disk_bytes\)"
PROCESSES = r"it may have 12 processes and threads at a time \(processes\)"
CELL_TIME = r"a cell may run for 10 s \(cell_s\)"
needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="tier C limits neither memory nor processes")

# student: (the cell of `double`, kind of its flag, what the flag says)
CELLS = {
    "endless": ("while True:\n    pass\n", "cell_timeout", rf"it was interrupted at line \d: {CELL_TIME}"),
    "deaf": (DEAF, "cell_timeout", f"it ignored its interrupt: {CELL_TIME}"),
    "asks": ("x = bytearray(1 << 40)\n", "cell_memory", f"it ran out of memory at line 1: {MEMORY}"),
    "hoards": (HOARD, "cell_memory", rf"its processes used \d+(\.\d)? MiB, and {MEMORY}"),
    "forks": (FORKS, "cell_(error|crashed|memory)", f"{PROCESSES}|{MEMORY}"),  # whichever is passed first
    "threads": (
        "import threading, time\nwhile True:\n    threading.Thread(target=time.sleep, args=(60,)).start()\n",
        "cell_(error|crashed)",
        PROCESSES,
    ),
    "writes": ("open('x', 'wb').write(bytes(8 << 20))\n", "cell_error", f"it stopped with OSError at line 1: {DISK}"),
    "saves": ("import torch\ntorch.save(torch.zeros(4 << 20), 'x.pt')\n", "cell_error", f"line 2: {DISK}"),
    "signal": (
        "import signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_DFL)\nwith open('x', 'wb') as f:\n"
        "    f.seek(5 << 20)\n    f.write(b'x')\n",
        "cell_crashed",
        f"signal SIGXFSZ: {DISK}",
    ),
    "prints": (
        "print('spam' * 100_000)\n" + RIGHT,
        "output_truncated",
        r"of what a cell prints and shows, 20 KiB are kept \(output_bytes\)",
    ),
}
# student: (body of `double`, its check's outcome, what its message says)
CALLS = {
    "slow": ("while True: pass", "timeout", r"`double` did not answer in time: the calls of a check may take 8 s \(ch"),
    "wants": ("bytearray(1 << 40)", "memory", f"`double` asked for more memory than there is at line 2 .*: {MEMORY}"),
    "takes": (
        HOARD.replace("\n", "\n    "),
        "memory",
        rf"`double` used more memory than allowed: its processes used \d+(\.\d)? MiB, and {MEMORY}",
    ),
    "fills": ("open('x', 'wb').write(bytes(8 << 20))", "failed", f"`double` raised OSError at line 2 .*: {DISK}"),
    "breeds": (FORKS.replace("\n", "\n    "), "failed|crashed|memory", f"{PROCESSES}|{MEMORY}"),
}
UNLIMITED = {"asks", "hoards", "forks", "threads", "wants", "takes", "breeds"}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory, zygote: Zygote) -> dict[str, tuple[SubmissionResult, str]]:
    """By student: the result, and the text of the autograded notebook."""
    config = tiny_course.make_course(tmp_path_factory.mktemp("limits"), settings=SMALL)
    for student, (text, *_) in CELLS.items():
        hand_in(config.root, student, ASSIGNMENT, tiny_course.handed_in(text))
    for student, (body, *_) in CALLS.items():
        hand_in(config.root, student, ASSIGNMENT, tiny_course.handed_in(f"def double(x):\n    {body}"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "_zygote", zygote)
        done = list(grade_class(config, find(config, ASSIGNMENT), LocalProcesses(2)))
    return {
        d.submission.student: (d.result, autograded_file(config, d.submission.student, ASSIGNMENT).read_text())
        for d in done
    }


def cases(table: dict[str, tuple[str, str, str]]) -> list[object]:
    return [pytest.param(name, *rest, marks=[needs_linux] * (name in UNLIMITED)) for name, (_, *rest) in table.items()]


@pytest.mark.parametrize(("student", "kind", "says"), cases(CELLS))
def test_a_cell_that_passes_a_limit_is_told_which(graded, student: str, kind: str, says: str) -> None:
    result, notebook = graded[student]
    (flag,) = (flag for flag in result.flags if flag.kind.startswith(("cell_", "output_")))

    assert re.fullmatch(kind, flag.kind)
    assert flag.where == "double"
    assert re.search(says, flag.detail), flag.detail
    assert re.search(says, notebook)


@pytest.mark.parametrize(("student", "outcome", "says"), cases(CALLS))
def test_a_call_that_passes_a_limit_is_told_which(graded, student: str, outcome: str, says: str) -> None:

    check = graded[student][0].exercises[0].checks[0]
    assert re.fullmatch(outcome, check.outcome)
    assert re.search(says, check.message), check.message


def test_cutting_the_output_costs_nothing(graded) -> None:
    assert graded["prints"][0].score == 3


def limits(tmp_path: Path, text: str) -> Limits:
    (tmp_path / "source" / OTHER).mkdir(parents=True)
    (tmp_path / "source" / OTHER / f"{OTHER}.ipynb").touch()
    tiny_course.make_course(tmp_path, settings=f"[tool.autograder.limits]\n{text}\n")
    return load(tmp_path).limits_for(ASSIGNMENT)


@pytest.mark.parametrize(
    ("text", "cell_s", "check_s"),
    [
        ("", 30, 10),
        ("wall_s = 5", 5, 5),
        ("wall_s = 5\ncheck_s = 2.5", 5, 2.5),
        ("cell_s = 9\n[tool.autograder.limits.00_tiny]\nwall_s = 7", 7, 7),
        ("wall_s = 9\n[tool.autograder.limits.00_tiny]\ncell_s = 7", 7, 9),
        ("wall_s = 9\n[tool.autograder.limits.01_other]\nwall_s = 7", 9, 9),
    ],
)
def test_wall_s_sets_both_time_limits(tmp_path: Path, text: str, cell_s: float, check_s: float) -> None:
    found = limits(tmp_path, text)
    assert (found.cell_s, found.check_s) == (cell_s, check_s)


def test_every_limit_can_be_set_for_an_assignment_alone(tmp_path: Path) -> None:
    own = "memory_bytes = 1\nprocesses = 2\ndisk_bytes = 3\noutput_bytes = 4"
    found = limits(tmp_path, f"processes = 9\n[tool.autograder.limits.{ASSIGNMENT}]\n{own}")
    assert found == Limits(memory_bytes=1, processes=2, disk_bytes=3, output_bytes=4)
    assert load(tmp_path).limits == Limits(processes=9)


@pytest.mark.parametrize("name", ["wall_s", *Limits.__struct_fields__])
@pytest.mark.parametrize("value", ["true", "'2'", "0", "-1", "nan", "inf", "[1]", "99999999999999999999999"])
@pytest.mark.parametrize("table", ["", f".{ASSIGNMENT}"])
def test_a_value_that_makes_no_sense_is_named(tmp_path: Path, name: str, value: str, table: str) -> None:
    with pytest.raises(CourseError) as caught:
        limits(tmp_path, f"{table and f'[tool.autograder.limits{table}]'}\n{name} = {value}")
    start = f"{tmp_path / 'pyproject.toml'}: [tool.autograder.limits{table}] {name}"
    assert caught.value.message.startswith((f"{start} must be more than 0 and at most ", f"{start}: Expected `"))


@pytest.mark.parametrize("text", ["cpu_s = 1", f"[tool.autograder.limits.{ASSIGNMENT}]\ncpu_s = 1"])
def test_an_unknown_limit_is_named_and_the_known_ones_are_listed(tmp_path: Path, text: str) -> None:
    with pytest.raises(CourseError, match="unknown field `cpu_s`") as caught:
        limits(tmp_path, text)
    assert "wall_s, cell_s, check_s, memory_bytes" in caught.value.fix


def test_a_table_of_limits_for_no_assignment_is_named(tmp_path: Path) -> None:
    with pytest.raises(CourseError) as caught:
        limits(tmp_path, "[tool.autograder.limits.00_tyni]\ncell_s = 9")
    assert "[tool.autograder.limits.00_tyni] is for an assignment that" in caught.value.message
    assert caught.value.fix == "The assignments are: 00_tiny, 01_other."


SETTINGS = '[tool.autograder]\ncourse_id = "x"\nseed = "x"\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("tool = 5", "is not a course"),
        ("[tool]\nautograder = 5", "autograder under [tool] is not a table"),
        ("[[tool.autograder]]\nseed = 'x'", "autograder under [tool] is not a table"),
        (SETTINGS + "checks = 5", "checks is not a text"),
        (SETTINGS + "answers = []", "answers is not a text"),
        (SETTINGS.replace('seed = "x"', 'seed = " "'), "seed is not a text"),
        (SETTINGS.replace('"x"', "5"), "course_id is not a text"),
        (SETTINGS + "figures = 'yes'", "figures: Expected `bool`, got `str`"),
        (SETTINGS + "root = '/'", "has no key `root`"),
        (SETTINGS + "[tool.autograder.assignment_limits]\na = 1", "has no key `assignment_limits`"),
        (SETTINGS + "limits = []", "limits is not a table"),
        (SETTINGS + 'seed = "y"', "is not valid TOML"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    with pytest.raises(CourseError) as caught:
        load(tmp_path)
    assert says in caught.value.message
    with suppress(CourseError):
        find_root(tmp_path)


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(SETTINGS, encoding="utf-8-sig")
    assert load(tmp_path).course_id == "x"
    assert find_root(tmp_path) == tmp_path


def test_this_course_writes_down_the_defaults() -> None:
    assert load(ROOT).limits == Limits()


@pytest.mark.parametrize(
    ("count", "text"), [(1, "1 bytes"), (2048, "2 KiB"), (3 << 29, "1.5 GiB"), ((1 << 20) + 1, "1 MiB")]
)
def test_bytes_are_written_for_people(count: int, text: str) -> None:
    assert excess.size(count) == text
