"""A session runs cells and calls in the sandbox, and nothing that they do lasts longer than it should."""

from __future__ import annotations

import sys
import time

import psutil
import pytest
import torch

from autograder.checks.live import LiveCalls
from autograder.config import Limits
from autograder.errors import (
    SandboxError,
    StudentCrashed,
    StudentMemory,
    StudentMissing,
    StudentNotPlain,
    StudentRaised,
    StudentTimeout,
)
from autograder.sandbox import session as session_module
from autograder.sandbox.session import Session, call, probe, read
from autograder.wire import Answered

needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="tier C limits neither memory nor processes")
LIMITS = Limits(cell_s=5.0, check_s=2.0, memory_bytes=1 << 29, processes=32, output_bytes=20_000)
DEFINITIONS = """
import os, time, torch, warnings
count = 0
def double(x): return 2 * x
def stateful():
    global count
    count += 1
    return count
def in_place(x): return x.add_(1)
def wrong(x):
    y = x + 1
    return y / 0
def stub(): raise NotImplementedError
def opaque(): return object()
def die(): os.abort()
def leave(): os._exit(3)
def hang(): time.sleep(1e9)
def slow(): time.sleep(1.6); return 1
def hoard(): return torch.zeros(1 << 40)
def warn(): warnings.warn("careful"); return 1
def square_sum(x): return (x ** 2).sum()
"""


@pytest.fixture
def session(zygote):
    with Session(zygote, LIMITS, {"beside.py": b"VALUE = 41\n", "data/x.txt": b"text"}) as session:
        yield session


@pytest.fixture
def calls(session):
    assert session.run_cell(0, DEFINITIONS).status == "ok"
    with session.calls() as calls:
        yield calls


def text(run):
    return "".join(getattr(output, "text", "") for output in run.outputs)


def test_cells_share_a_namespace_and_keep_their_outputs(session):
    assert text(session.run_cell(0, "x = 1\nprint('one')\nprint('two')")) == "one\ntwo\n"
    run = session.run_cell(1, "x + 1")
    assert [output.data["text/plain"] for output in run.outputs] == ["2"]


def test_a_cell_runs_as_in_jupyter(session):
    run = session.run_cell(
        0,
        "import asyncio\nawait asyncio.sleep(0)\n!echo from the shell\n%timeit -n1 -r1 0\n"
        "from IPython.display import HTML, display\ndisplay(HTML('<b>x</b>'))",
    )
    assert run.status == "ok"
    assert "from the shell\n" in text(run)
    assert any("text/html" in getattr(output, "data", {}) for output in run.outputs)


def test_files_beside_the_notebook_can_be_imported_and_read(session):
    run = session.run_cell(0, "import beside\nprint(beside.VALUE, open('data/x.txt').read())")
    assert text(run) == "41 text\n"


def test_an_exception_ends_its_cell_only(session):
    run = session.run_cell(0, "a = 1\n1 / 0")
    assert (run.status, run.line) == ("error", 2)
    assert run.outputs[0].ename == "ZeroDivisionError"
    assert text(session.run_cell(1, "print(a)")) == "1\n"


@pytest.mark.parametrize("ending", ["raise SystemExit", "exit()", "raise KeyboardInterrupt", "def f(:"])
def test_leaving_a_cell_is_not_leaving_the_notebook(session, ending):
    session.run_cell(0, "a = 1")
    session.run_cell(1, ending)
    assert text(session.run_cell(2, "print(a)")) == "1\n"


def test_a_cell_is_interrupted_at_its_limit_and_keeps_its_work(session):
    started = time.monotonic()
    run = session.run_cell(0, "a = 1\nwhile True:\n    pass")
    assert run.status == "timeout"
    assert time.monotonic() - started < LIMITS.cell_s + 30  # a bound against hanging, not a measurement
    assert text(session.run_cell(1, "print(a)")) == "1\n"


def test_after_a_crash_the_earlier_cells_are_run_again(session):
    session.run_cell(0, "a = 1")
    session.run_cell(1, "raise ValueError")
    run = session.run_cell(2, "import os\nos._exit(7)")
    assert (run.status, run.detail) == ("crashed", "exit status 7")
    assert session.run_cell(3, "import ctypes\nctypes.string_at(0)").detail == "signal SIGSEGV"
    assert text(session.run_cell(4, "print(a)")) == "1\n"


def test_output_is_kept_up_to_its_limit(session):
    run = session.run_cell(0, r"for _ in range(100_000): print('spam\x01\x02\x03\x04\x05\x06')")
    assert run.status == "ok"
    assert run.truncated
    assert 0 < len(text(run)) <= LIMITS.output_bytes


def test_more_outputs_than_are_collected_break_the_protocol(session):
    """Each of them costs time, wherever it is shown."""
    run = session.run_cell(
        0,
        "from autograder.student.outputs import Collector\n"
        """one = b'{"output_type": "display_data", "data": {}}'\n"""
        "Collector.to_json = lambda self: b'[' + b','.join([one] * 4000) + b']'",
    )
    assert (run.status, run.outputs) == ("crashed", [])
    assert "4000 outputs" in run.detail
    run = session.run_cell(1, "for number in range(4000): display(number)")
    assert run.status == "ok"
    assert run.truncated


@needs_linux
def test_what_was_printed_takes_up_no_memory_afterwards(session):
    resident = "print([line for line in open('/proc/self/status') if 'RssAnon' in line][0].split()[1])"
    session.run_cell(0, "print('x' * 10_000_000)")
    before = int(text(session.run_cell(1, resident)))
    for index in range(2, 6):
        session.run_cell(index, "print('x' * 10_000_000)")
    assert int(text(session.run_cell(6, resident))) < before + 5_000


@needs_linux
def test_memory_is_limited_in_one_process(session):
    run = session.run_cell(0, "hoard = []\nwhile True:\n    hoard.append(bytearray(16 << 20))")
    assert run.status == "memory"
    assert text(session.run_cell(1, "print('hoard' in globals())")) == "False\n"


@needs_linux
def test_memory_is_limited_over_all_processes(session):
    run = session.run_cell(
        0,
        "import os, time\nfor _ in range(4):\n    if os.fork() == 0:\n        hoard = bytearray(200 << 20)\n"
        "        hoard[::4096] = b'x' * len(hoard[::4096])\n        time.sleep(60)\ntime.sleep(60)",
    )
    assert run.status == "memory"
    assert "512 MiB" in run.detail


@needs_linux
def test_what_sockets_hold_is_memory_too(zygote):
    with Session(zygote, Limits(memory_bytes=64 << 20)) as session:
        run = session.run_cell(
            0,
            "import os, socket, time\nfor _ in range(3):\n    if os.fork() == 0:\n"
            "        pairs = [socket.socketpair() for _ in range(100)]\n        time.sleep(60)\ntime.sleep(60)",
        )
    assert run.status == "memory"
    assert "64 MiB" in run.detail


@needs_linux
def test_memory_that_forks_share_is_counted_once(zygote):
    """Their copies of the warm interpreter are not the student's."""
    with Session(zygote, Limits(memory_bytes=64 << 20)) as session:
        run = session.run_cell(
            0, "import os, time\nfor _ in range(10):\n    if os.fork() == 0:\n        time.sleep(60)\ntime.sleep(2)"
        )
    assert run.status == "ok", run


@needs_linux
@pytest.mark.parametrize("own_session", ["pass", "os.setsid()"])
def test_a_crowd_of_busy_processes_does_not_take_all_processors(zygote, own_session):
    """Other students' time is wall time. When they have ended, calls have the priority of everybody again."""
    with Session(zygote, Limits(cell_s=120.0, check_s=60.0)) as session:
        run = session.run_cell(
            0,
            f"""
import os, time
def niceness(pid): return os.getpriority(os.PRIO_PROCESS, pid)
def own_niceness(): return niceness(0)
pids = []
for _ in range(24):
    pids.append(os.fork())
    if pids[-1] == 0:
        {own_session}
        while True: pass
while not all(map(niceness, pids)): time.sleep(0.1)
print(min(map(niceness, pids)), own_niceness())
for pid in pids:
    os.kill(pid, 9)
    os.waitpid(pid, 0)
""",
        )
        assert run.status == "ok", run
        lowest, own = map(int, text(run).split())
        assert lowest > 3
        assert own == 0
        with session.calls() as calls:
            assert call(calls, "own_niceness", (), {}).value == 0


@needs_linux
def test_processes_are_limited(session):
    run = session.run_cell(
        0,
        "import os, time\nwhile True:\n    if os.fork() == 0:\n        time.sleep(60)\n        os._exit(0)",
    )
    assert run.status in ("error", "crashed")
    assert run.status == "crashed" or run.outputs[0].ename == "BlockingIOError"


def test_a_call_gives_a_copy_of_its_result(calls):
    x = torch.tensor([1.0, 2.0])
    assert torch.equal(call(calls, "double", (x,), {}).value, 2 * x)
    answer = call(calls, "in_place", (x,), {}, return_args=True)
    assert torch.equal(answer.args[0], x + 1)
    assert torch.equal(x, torch.tensor([1.0, 2.0]))
    assert call(calls, "warn", (), {}).warnings == ("careful",)
    assert read(calls, "count").value == 0
    assert torch.equal(probe(calls, "gradient", ("square_sum", x), {}).value, 2 * x)


@pytest.mark.parametrize("reply", [Answered(0, 1), Answered(0, 1, [1, 2]), Answered(0, 1, [1], {"other": 1})])
def test_other_arguments_than_were_sent_break_the_protocol(reply):
    class Forger(LiveCalls):
        def request(self, make, blob):
            return reply, b""

    assert call(Forger({}), "f", (1,), {"key": 1}).value == 1
    with pytest.raises(StudentCrashed, match="Other arguments than were sent"):
        call(Forger({}), "f", (1,), {"key": 1}, return_args=True)


def test_calls_change_nothing_in_the_notebook(session, calls):
    assert [call(calls, "stateful", (), {}).value for _ in range(2)] == [1, 2]
    assert text(session.run_cell(1, "print(count)")) == "0\n"
    with session.calls() as others:
        assert call(others, "stateful", (), {}).value == 1


@pytest.mark.parametrize(
    ("name", "fault", "says"),
    [
        ("nothing", StudentMissing, "`nothing` does not exist"),
        ("count", StudentMissing, "`count` does not exist"),
        ("stub", StudentMissing, "`stub` is not written yet"),
        ("opaque", StudentNotPlain, "object"),
        ("hoard", StudentMemory, "`hoard` asked for more memory than there is at line 19 of its cell"),
        ("die", StudentCrashed, "signal SIGABRT"),
        ("leave", StudentCrashed, "exit status 3"),
        ("hang", StudentTimeout, "2 s"),
    ],
)
def test_a_call_that_fails_says_how_and_the_next_one_works(calls, name, fault, says):
    with pytest.raises(fault) as failure:
        call(calls, name, (), {})
    assert says in str(failure.value)
    assert ".." not in str(failure.value)  # said once
    calls.begin_check()
    assert call(calls, "double", (2,), {}).value == 4


def out_of_time(calls, name):
    calls.begin_check()
    with pytest.raises(StudentTimeout) as failure:
        call(calls, name, (), {})
    return str(failure.value)


def test_after_two_checks_out_of_time_the_others_of_the_exercise_get_a_fifth(session, calls):
    for _ in range(2):
        assert "the calls of a check may take 2 s (check_s)" in out_of_time(calls, "hang")
    assert "2 checks of the exercise ran out of time, so the calls of this one may take 0.4 s" in out_of_time(
        calls, "hang"
    )
    calls.begin_check()
    with calls.apart() as other:
        assert call(other, "double", (2,), {}).value == 4  # what is right answers at once, and still counts
    with session.calls() as another_exercise:
        assert "may take 2 s (check_s)" in out_of_time(another_exercise, "hang")


def test_all_checks_of_a_notebook_together_have_an_end(session, calls):
    """It is reached by those that answer just in time, too."""
    session._checks_seconds_left = 1.5  # not to wait for what came before
    calls.begin_check()
    assert call(calls, "slow", (), {}).value == 1
    told = "all checks together took 40 s, so the calls of this one may take 0.4 s, 1/5 of the usual (check_s)"
    assert told in out_of_time(calls, "slow")
    with session.calls() as another_exercise:
        assert told in out_of_time(another_exercise, "slow")
        another_exercise.begin_check()
        assert call(another_exercise, "double", (2,), {}).value == 4


def test_a_process_that_does_not_fork_is_not_waited_for_again_and_again(session, monkeypatch):
    monkeypatch.setattr(session_module, "SERVER_S", 2.0)
    session.run_cell(0, "import os, time\ndef f(): return 1\nos.register_at_fork(before=lambda: time.sleep(1e9))")
    with session.calls() as calls:
        assert out_of_time(calls, "f") == "`f` did not answer in time: its process did not fork within 2 s."
        session._checks_seconds_left = 0.0
        assert "within 0.4 s" in out_of_time(calls, "f")


def test_a_slow_fork_takes_of_the_checks_own_time(session):
    session.run_cell(0, "import os, time\ndef f(): return 1\nos.register_at_fork(before=lambda: time.sleep(3))")
    with session.calls() as calls:
        assert "2 s (check_s)" in out_of_time(calls, "f")


def test_an_exception_is_told_with_the_students_own_line(calls):
    with pytest.raises(StudentRaised) as failure:
        call(calls, "wrong", (1,), {})
    assert str(failure.value) == "`wrong` raised ZeroDivisionError at line 12 of its cell, `return y / 0`."


@needs_linux
def test_nothing_is_left_of_a_closed_session(zygote):
    marker = "left-over-7c1d"

    def is_there():
        return any(marker in " ".join(p.info["cmdline"] or ()) for p in psutil.process_iter(["cmdline"]))

    with Session(zygote, LIMITS) as session:
        session.run_cell(
            0,
            "import os, sys\nif os.fork() == 0:\n    os.setsid()\n"
            f"    os.execv(sys.executable, ['{marker}', '-c', 'import time; time.sleep(600)'])",
        )
        deadline = time.monotonic() + 30
        while not is_there() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert is_there()
    assert not is_there()


@pytest.mark.parametrize(
    "reply",
    [
        "b'\\x00\\x00\\x00\\x05\\x00\\x00\\x00\\x00hello'",
        "b'\\xff' * 8",
        "b'\\x00'",
        "wire.encode(wire.Answered(999, 1)).join([b'\\x00\\x00\\x00\\x1c' + b'\\x00' * 4, b''])",
    ],
    ids=["malformed", "oversized", "trickled", "forged"],
)
def test_a_reply_that_breaks_the_rules_costs_the_forger_only(session, reply):
    session.run_cell(
        0,
        "import gc, socket\nfrom autograder import wire\n"
        "def forge():\n"
        "    for thing in gc.get_objects():\n"
        "        if isinstance(thing, socket.socket) and thing.fileno() >= 0:\n"
        f"            thing.sendall({reply})\n"
        "    import time; time.sleep(60)\n"
        "def honest(): return 1",
    )
    with session.calls() as calls:
        with pytest.raises((StudentCrashed, StudentTimeout)):
            call(calls, "forge", (), {})
        calls.begin_check()
        assert call(calls, "honest", (), {}).value == 1


def test_a_file_too_large_for_the_sandbox_is_the_courses_problem(zygote):
    small = Limits(disk_bytes=1 << 20)
    with Session(zygote, small, {"big.bin": bytes(2 << 20)}) as session, pytest.raises(SandboxError, match=r"big\.bin"):
        session.run_cell(0, "1")


def test_a_student_process_that_dies_between_checks_breaks_nothing(session):
    session.run_cell(0, "import os, threading, time\ndef honest(): return 1\ndef doom(): return 2")
    with session.calls() as calls:
        assert call(calls, "honest", (), {}).value == 1
        assert session._spawned is not None
        session._spawned.kill()
    assert text(session.run_cell(1, "print(honest())")) in ("1\n", "")
    assert text(session.run_cell(2, "print(honest())")) == "1\n"
