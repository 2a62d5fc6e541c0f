"""The walls, looked at from inside: as this user, as an ordinary one, and where there are no user namespaces."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from autograder.config import Limits
from autograder.errors import SandboxError
from autograder.sandbox import keeper, limits
from autograder.sandbox import probe as probe_module
from autograder.sandbox.private_root import Layout, find_layout
from autograder.sandbox.probe import probe
from autograder.sandbox.session import Session
from autograder.sandbox.syscalls import HUGE_PAGE, landlock_abi, packet_pair, to_huge_page
from autograder.sandbox.tree import descendants
from autograder.sandbox.zygote import Exit, Spawned, Zygote
from tests import scratch

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the walls are Linux's")

USERS = {"me": "A", "ordinary": "A", "without-namespaces": "B"}
# What tier B cannot do, as the README says: no private network, hence no sockets for loopback or loader workers. Its
# /dev/zero is the host's, which can be mapped as memory that no process is seen to use.
NOT_IN_B = {"ok: loopback", "ok: loader", "ok: zeros"}


@pytest.fixture(scope="module", params=USERS)
def view(request, tmp_path_factory):
    """(tier that is expected, what was found)."""
    folder = tmp_path_factory.mktemp("view")
    folder.chmod(0o755)
    canary = folder / "canary.txt"
    canary.write_text("a file of the host")
    canary.chmod(0o644)
    command = [sys.executable, "-m", "tests.inside", str(canary)]
    if request.param != "me":
        command = scratch.as_user(request.param, command, folder)
    ran = subprocess.run(
        command,
        cwd=scratch.ROOT,
        env={**os.environ, "SECRET": "x", "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return USERS[request.param], json.loads(ran.stdout)


def test_the_tier_is_the_best_there_is(view):
    tier, found = view
    assert found["tier"] == tier, found["layers"]


def test_nothing_hostile_is_possible(view):
    _, found = view
    facts = {
        k: v for k, v in found["facts"].items() if k not in ("status", "pid", "filled") and not k.startswith("ok: ")
    }
    assert len(facts) > 30
    assert {name: said for name, (outcome, said) in facts.items() if outcome != "refused"} == {}


def test_what_a_notebook_needs_is_possible(view):
    tier, found = view
    wanted = {k: v for k, v in found["facts"].items() if k.startswith("ok: ") and not (tier == "B" and k in NOT_IN_B)}
    assert len(wanted) >= 5
    assert {name: said for name, (outcome, said) in wanted.items() if outcome != "did"} == {}


def test_the_process_has_no_privileges(view):
    tier, found = view
    status = found["facts"]["status"]
    assert status["NoNewPrivs"] == "1"
    assert status["Seccomp"] == "2"
    assert {int(status[name], 16) for name in ("CapEff", "CapPrm", "CapInh")} == {0}
    assert "0" not in status["Uid"].split()
    if tier == "A":
        assert int(status["CapBnd"], 16) == 0
        assert found["facts"]["pid"] == ["did", "2"]


def test_the_scratch_folder_is_capped(view):
    _, found = view
    assert int(found["facts"]["filled"][1]) <= 8


def test_killing_leaves_no_process(zygote):
    program = "import os, time\nfor _ in range(3):\n    os.fork()\nwire.sendall(b'x')\ntime.sleep(600)"
    spawned = zygote.spawn(Limits(), program)
    spawned.wait_ready(60)
    said = b""
    while len(said) < 8:
        said += spawned.wire.recv(8)
    before = set(descendants(zygote._process.pid))
    assert len(before) >= 10  # the keeper, init, and eight copies
    assert spawned.kill().reason == "killed"
    left = set(descendants(zygote._process.pid)) & before
    assert len(left) <= 1  # the keeper itself may not be reaped yet


@pytest.mark.parametrize(
    ("program", "reason", "status"),
    [("pass", "exited", 0), ("import os; os._exit(3)", "exited", 3), ("import os; os.abort()", "signal", -6)],
)
def test_how_a_process_ended_is_told(zygote, program, reason, status):
    spawned = zygote.spawn(Limits(), program)
    spawned.wait_ready(60)
    spawned.wire.settimeout(30)
    assert spawned.wire.recv(1) == b""
    ended = spawned.kill()
    assert (ended.reason, ended.status) == (reason, status)


def test_without_any_walls_nothing_runs(tmp_path):
    walls, report = probe(Layout((), (), ()), tmp_path, "no such tier", unsafe=False)
    assert walls is None
    assert report.tier == "D"
    walls, report = probe(Layout((), (), ()), tmp_path, "no such tier", unsafe=True)
    assert walls is not None
    assert walls.tier == "D"


@pytest.mark.skipif(landlock_abi() < 6, reason="this kernel's Landlock lets every signal through")
@pytest.mark.parametrize(("abi", "holds"), [(5, False), (6, True)])
def test_walls_that_let_signals_through_are_noticed(abi, holds):
    """Before Linux 6.12, an ordinary user's student could end the grader, where there are no namespaces."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        pid = os.fork()
        if pid == 0:
            try:
                limits.syscalls.landlock_abi = lambda: abi
                limits.landlock(["/"], [], network=False)
                probe_module._report(theirs, "/no/such/file")
            finally:
                os._exit(0)
        facts = json.loads(ours.recv(1 << 16))
        os.waitpid(pid, 0)
    assert facts["others cannot be signalled"] is holds
    assert "others cannot be signalled" in dict(probe_module._EXPECTED["B"])


def test_a_landlock_that_lets_files_be_cut_is_not_enough_for_tier_b(monkeypatch):
    monkeypatch.setattr(limits.syscalls, "landlock_abi", lambda: 2)
    with pytest.raises(OSError, match="Landlock 2, and 3 is needed"):
        limits.landlock([], [], network=False, least=3)


def test_settings_of_the_environment_with_tokens_in_them_are_hidden(tmp_path, monkeypatch):
    for folder in (tmp_path, *tmp_path.parents):
        if folder.is_relative_to("/tmp") and folder != Path("/tmp"):
            folder.chmod(folder.stat().st_mode | 0o055)
    settings = tmp_path / "pip.conf"
    settings.write_text("[global]\nindex-url = https://user:token@example.org/simple\n")
    settings.chmod(0o644)
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    layout = find_layout(())
    assert str(settings) in layout.hidden
    assert str(tmp_path) in layout.bound
    assert not {str(settings), str(tmp_path)} & set(keeper._visible(layout))
    for hidden, tier in ((layout.hidden, "A"), ((), "D")):
        _, report = probe(layout._replace(hidden=hidden), settings, "A", unsafe=False)
        assert report.tier == tier, report


def test_a_zygote_that_found_no_walls_refuses_to_start_students():
    with Zygote((), ("json",), tier="no such tier") as zygote:
        assert zygote.ready().tier == "D"
        with pytest.raises(SandboxError, match="no sandbox holds"):
            zygote.spawn(Limits()).wait_ready(60)


def test_without_walls_code_can_still_import_what_was_not_warm():
    """As root with an interpreter below /root, too, which other users cannot reach."""
    with Zygote(tier="D", unsafe=True) as zygote, Session(zygote, Limits()) as session:
        assert zygote.ready().tier == "D"
        run = session.run_cell(0, "import bdb, html, wave")
        assert run.status == "ok", run.outputs


def test_a_tier_that_needs_another_user_is_not_built_where_that_one_cannot_import(tmp_path, monkeypatch):
    """Its first cell would fail, and every score would be 0."""
    monkeypatch.setattr(sys, "path", ["/usr/lib", "/no/such/folder"])
    assert keeper.others_reach_the_interpreter("B")
    tmp_path.chmod(0o700)
    monkeypatch.setattr(sys, "path", ["/usr/lib", str(tmp_path)])
    with pytest.raises(PermissionError, match="other users cannot pass /"):
        keeper.others_reach_the_interpreter("B")
    assert not keeper.others_reach_the_interpreter("D")


def test_folders_that_killed_keepers_left_are_removed(tmp_path):
    ended = subprocess.Popen(["true"])
    ended.wait()
    left, young, running, other = (
        tmp_path / name
        for name in (
            f"autograder-{ended.pid}-a1",
            f"autograder-{ended.pid}-b2",
            f"autograder-{os.getpid()}-c3",
            "other-1-d4",
        )
    )
    for folder in (left, young, running, other):
        (folder / "closed").mkdir(parents=True)
        (folder / "closed").chmod(0)
        if folder != young:
            os.utime(folder, (1, 1))
    keeper.sweep(str(tmp_path))
    assert set(tmp_path.iterdir()) == {young, running, other}


def test_a_dead_zygote_is_named():
    with Zygote((), ("json",)) as zygote:
        zygote.ready()
        zygote._process.kill()
        zygote._process.wait()
        with pytest.raises(SandboxError):
            zygote.spawn(Limits()).wait_ready(60)


def test_a_module_that_does_not_exist_is_left_out():
    with Zygote((), ("json", "no_such_module", "json.loads")) as zygote:
        assert zygote.ready().seconds > 0


def test_what_a_keeper_said_last_is_heard_although_it_ended_before_it_was_told_to():
    ours, theirs = packet_pair()
    wire, _ = socket.socketpair()
    spawned = Spawned(wire, ours)
    ours.send(b"kill")  # it never reads this: closing then resets the connection
    theirs.send(json.dumps({"exit": {"reason": "exited", "status": 3}}).encode())
    theirs.close()
    assert spawned.kill() == Exit("exited", 3)


def test_forks_are_cheap_because_the_zygote_lies_on_huge_pages():
    """Most of its heap, where the kernel can do that; students are served meanwhile."""
    if not collapses():
        pytest.skip("this kernel (before Linux 6.1) or machine gives no huge pages when asked")
    with Zygote() as zygote:
        zygote.ready()
        with Session(zygote, Limits()) as session:
            assert session.run_cell(0, "1 + 1").status == "ok"
        deadline = time.monotonic() + 120
        while huge_bytes(zygote._process.pid) < 64 << 20 and time.monotonic() < deadline:
            time.sleep(0.1)
        assert huge_bytes(zygote._process.pid) >= 64 << 20


def collapses() -> bool:
    size = 2 * HUGE_PAGE
    memory = torch.ones(size, dtype=torch.uint8)
    try:
        to_huge_page(-(-memory.data_ptr() // HUGE_PAGE) * HUGE_PAGE)
    except OSError:
        return False
    return True


def huge_bytes(pid: int) -> int:
    with open(f"/proc/{pid}/smaps_rollup", encoding="utf-8") as file:
        return next(int(line.split()[1]) << 10 for line in file if line.startswith("AnonHugePages:"))
