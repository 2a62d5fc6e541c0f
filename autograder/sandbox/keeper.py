"""One student's process tree: built behind its walls, watched from outside, ended to the last process.

    zygote ── keeper ── init ── student           tier A; init is process 1 of the student's pid namespace
    zygote ── keeper ── student                   other tiers

The keeper is a fork of the zygote outside the walls. It counts memory and processes, kills the tree when they pass
their limits or when the grader says so, and reports how it ended.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import resource
import select
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from autograder.config import Limits
from autograder.sandbox import private_root, tree
from autograder.sandbox import syscalls as sc
from autograder.sandbox.limits import SystemCalls, landlock, limit_resources
from autograder.sandbox.private_root import SCRATCH, Layout, inodes

_WATCH_S = 0.05
_ORDERLY_S = 0.02  # for a student whose connection was closed to end by itself
_OTHERS = 64  # processes that a user may start elsewhere while a student's run; a few hundred copies die very slowly
_LEFT = re.compile(r"autograder-([1-9]\d*)-\w+")
_OLD_S = 86_400
_STUDENTS = range(200_000, 300_000)  # user ids
_SLACK_BYTES = 4 << 20  # what a student process writes for itself: caches of fonts and byte code
_SEED = 0
_TRUNCATING = 3  # version of Landlock that knows it, Linux 6.2: where the files of the host are there
_PRIORITY = -10  # of who watches: sixty busy processes would not let it look at them
_SIGNALLED = 128


class Walls(NamedTuple):
    """What the zygote found out and built once, for every student it will fork.

    Attributes:
        tier: "A", "B", "C" or "D"; see ``probe``.
        system_calls: the seccomp filter; None where there is none.
    """

    tier: str
    layout: Layout
    system_calls: SystemCalls | None


def keep(walls: Walls, limits: Limits, student: Callable[[], None], control: socket.socket) -> NoReturn:
    """Run ``student`` behind the walls, in the calling process's children. Ends the calling process.

    Args:
        control: tells the grader ``ready``, ``failed`` and ``exit``; anything received on it, or its end, means kill.
    """
    scratch = None if walls.tier == "A" else tempfile.mkdtemp(prefix=f"autograder-{os.getpid()}-")
    try:
        pid = _start(walls, limits, student, scratch, control)
        with contextlib.suppress(OSError):  # root alone may
            os.setpriority(os.PRIO_PROCESS, 0, _PRIORITY)
        watch = _Watch(pid, limits, scratch)
        _say(control, {"ready": {"tier": walls.tier, "pid": pid}})
        reason, status = watch.until_the_end(control)
        _say(control, {"exit": {"reason": reason, "status": status, "peak_bytes": watch.peak_bytes}})
    except BaseException as error:
        _say(control, {"failed": f"{type(error).__name__}: {error}"})
    finally:
        if scratch is not None:
            _remove(scratch)
        os._exit(0)


def _start(
    walls: Walls, limits: Limits, student: Callable[[], None], scratch: str | None, control: socket.socket
) -> int:
    """Fork init (tier A) or the student; returns its pid once its walls stand. Raises OSError when they do not."""
    root = os.getuid() == 0
    uid = _STUDENTS[os.getpid() % len(_STUDENTS)] if root else os.getuid()
    gid = uid if root else os.getgid()
    if walls.tier == "A":
        sc.unshare(sc.CLONE_NEWPID if root else sc.CLONE_NEWPID | sc.CLONE_NEWUSER)
        if not root:
            _map_ids(uid, gid)
    elif sc.LINUX:
        sc.adopt_orphans()
    allowed = _allowed_processes(walls.tier, limits, uid)
    told, tell = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(told)
            control.close()
            if walls.tier == "A":
                _enter_namespaces(walls, limits, uid, gid)
                inner = os.fork()
                if inner:
                    os.close(tell)
                    _init(inner)
            else:
                assert scratch is not None
                os.chdir(scratch)
                if sc.LINUX and (not root or others_reach_the_interpreter(walls.tier)):
                    if root:
                        os.chown(scratch, uid, gid)
                    _drop_privileges(uid, gid)
            _confine(walls, limits, SCRATCH if scratch is None else scratch, allowed)
            os.write(tell, b"+")
            os.close(tell)
            student()
        except BaseException as error:
            with contextlib.suppress(OSError):
                os.write(tell, f"{type(error).__name__}: {error}".encode())
        finally:
            os._exit(0)
    os.close(tell)
    with os.fdopen(told, "rb") as pipe:
        answer = pipe.read(2000)
    if answer != b"+":
        _kill_tree(pid, contained=walls.tier == "A")
        raise OSError(f"the walls could not be built: {answer.decode(errors='replace') or 'the process died'}")
    return pid


def others_reach_the_interpreter(tier: str) -> bool:
    """Whether an ordinary user can import modules. They may lie below /root; only tier A brings them along.

    Raises:
        PermissionError: not so, in a tier that needs another user.
    """
    entries = [Path(entry).resolve() for entry in sys.path if os.path.isdir(entry)]
    folders = {folder for entry in entries for folder in (entry, *entry.parents)}
    closed = sorted(str(folder) for folder in folders if not folder.stat().st_mode & stat.S_IXOTH)
    if closed and tier != "D":
        raise PermissionError(f"Permission denied: other users cannot pass {closed[0]}")
    return not closed


def _allowed_processes(tier: str, limits: Limits, uid: int) -> int | None:
    """How many processes the student's user may have, as the kernel counts them.

    Where that user is somebody else too, this is no more than a stop to a fork bomb, which grows faster than it can be
    watched: what the user has now and some more, since others start and end processes meanwhile.
    """
    if tier == "A" or os.getuid() == 0:
        return limits.processes
    if not sc.LINUX:
        return None
    now = 0
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            now += tree.look(int(name)).threads if os.stat(f"/proc/{name}").st_uid == uid else 0
    return now + limits.processes + _OTHERS


def _map_ids(uid: int, gid: int) -> None:
    for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        Path(f"/proc/self/{name}").write_text(text, encoding="utf-8")


def _enter_namespaces(walls: Walls, limits: Limits, uid: int, gid: int) -> None:
    sc.die_with_parent(signal.SIGKILL)
    sc.unshare(sc.CLONE_NEWNS | sc.CLONE_NEWNET | sc.CLONE_NEWIPC | sc.CLONE_NEWUTS | sc.CLONE_NEWCGROUP)
    socket.sethostname("sandbox")
    sc.raise_loopback()
    sc.bound_tcp_buffers(tree.SOCKET_BYTES // 2)
    private_root.enter(walls.layout, limits, uid, gid)
    _drop_privileges(uid, gid)
    sc.set_dumpable(False)


def _drop_privileges(uid: int, gid: int) -> None:
    """Become another user where this is root, and give up every capability."""
    root = os.getuid() == 0
    if root or sc.has_capabilities():
        sc.drop_bounding_set()
    if root:
        os.setgroups([])
        os.setresgid(gid, gid, gid)
        os.setresuid(uid, uid, uid)
    sc.drop_capabilities()
    sc.forbid_new_privileges()
    sc.die_with_parent(signal.SIGKILL)


def _init(student: int) -> NoReturn:
    """Process 1 of a pid namespace: takes in orphans, and ends, with all of them, when the student's process does."""
    for descriptor in _open_descriptors():
        with contextlib.suppress(OSError):
            os.close(descriptor)
    while True:
        pid, status = os.wait()
        if pid == student:
            code = os.waitstatus_to_exitcode(status)
            os._exit(code if code >= 0 else _SIGNALLED - code)


def _confine(walls: Walls, limits: Limits, scratch: str, allowed: int | None) -> None:
    """The last walls, those that the student's own process builds around itself.

    Args:
        allowed: see ``_allowed_processes``.
    """
    os.setsid()
    if sc.LINUX:
        sc.set_dumpable(True)  # its own /proc/self is its to read; nobody else shares its pid namespace
    for name, path in (("HOME", scratch), ("TMPDIR", f"{scratch}/.tmp"), ("MPLCONFIGDIR", f"{scratch}/.matplotlib")):
        os.environ[name] = path
    os.environ["IPYTHONDIR"] = f"{scratch}/.ipython"
    Path(scratch, ".tmp").mkdir(exist_ok=True)
    tempfile.tempdir = None
    limit_resources(limits, processes=allowed)
    devices = ("/dev/null", "/dev/full")
    if walls.tier == "A":
        landlock(["/"], [scratch, "/dev/shm", *devices], network=True)
    elif walls.tier == "B":
        proc = (f"/proc/{os.getpid()}", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat")
        read = [*_visible(walls.layout), *proc, "/dev/urandom", "/dev/random"]
        landlock(read, [scratch, *devices], network=False, least=_TRUNCATING)
    _reseed()
    if walls.system_calls is not None:
        walls.system_calls.load()


def _visible(layout: Layout) -> list[str]:
    """Landlock cannot take away below what it allows: what holds a hidden folder is allowed entry by entry."""
    visible = []
    for path in (Path(p) for p in layout.bound):
        stack = [path]
        while stack:
            current = stack.pop()
            if str(current) in layout.hidden:
                continue
            if any(Path(h).is_relative_to(current) for h in layout.hidden):
                stack += list(current.iterdir())
            else:
                visible.append(str(current))
    return visible + [name for name, _ in layout.links]


def _reseed() -> None:
    random.seed(_SEED)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(_SEED)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(_SEED)


def _open_descriptors() -> list[int]:
    folder = "/proc/self/fd" if sc.LINUX else "/dev/fd"
    try:
        return [int(name) for name in os.listdir(folder)]
    except OSError:
        return list(range(resource.getrlimit(resource.RLIMIT_NOFILE)[0]))


class _Watch:
    """Counts a tree's memory and processes, and what it writes where its folder has no size of its own.

    Args:
        scratch: the tree's folder on the host; None where it has a file system of its own, and a pid namespace.
    """

    def __init__(self, pid: int, limits: Limits, scratch: str | None) -> None:
        self._pid = pid
        self._limits = limits
        self._scratch = scratch
        self._contained = scratch is None
        self._memory = tree.Memory(limits.memory_bytes)
        self._first = 0
        self.peak_bytes = 0

    def until_the_end(self, control: socket.socket) -> tuple[str, int]:
        """(reason, status), as in ``zygote.Exit``."""
        poll = select.poll()
        poll.register(control, select.POLLIN)
        while True:
            told = bool(poll.poll(_WATCH_S * 1000))
            ended = self._ended(_ORDERLY_S if told else 0.0)
            if ended is not None:
                _kill_tree(self._pid, contained=self._contained, reaped=True)
                return ("signal" if ended < 0 else "exited"), ended
            reason = "killed" if told else self._excess()
            if reason:
                _kill_tree(self._pid, contained=self._contained)
                return reason, -signal.SIGKILL

    def _ended(self, wait_s: float) -> int | None:
        deadline = time.monotonic() + wait_s
        while True:
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            if pid:
                code = os.waitstatus_to_exitcode(status)
                return _SIGNALLED - code if self._contained and code > _SIGNALLED else code
            if time.monotonic() >= deadline:
                return None
            time.sleep(0.0005)

    def _excess(self) -> str:
        pids = tree.descendants(os.getpid())
        processes = [tree.look(pid) for pid in pids]
        if sum(process.threads for process in processes) > self._limits.processes + 2:  # init, and its own main thread
            return "processes"  # first: to look at the memory of many takes long
        tree.yield_processors(processes, self._student())
        used = self._memory.used(processes)
        self.peak_bytes = max(self.peak_bytes, used)
        if used > self._limits.memory_bytes:
            return "memory"
        if self._scratch is not None and _is_over_full(self._scratch, pids, self._limits):
            return "disk"
        return ""

    def _student(self) -> int:
        """The first process inside: its parent, init, has it as its eldest child."""
        if not self._first:
            self._first = next(iter(tree.descendants(self._pid)), 0) if self._contained else self._pid
        return self._first


def _is_over_full(folder: str, pids: list[int], limits: Limits) -> bool:
    """Whether more bytes or files lie in a folder than a capped file system would hold.

    Deleted files that are still open count. A folder that cannot be listed (no right to, too long a path) is one that
    hides something.
    """
    room, files = limits.disk_bytes + _SLACK_BYTES, inodes(limits)
    try:
        for info in _files_below(folder, pids):
            room -= info.st_blocks * 512
            files -= 1
            if room < 0 or files < 0:
                return True
    except OSError:
        return True
    return False


def _files_below(folder: str, pids: list[int]) -> Iterator[os.stat_result]:
    stack = [folder]
    while stack:
        with contextlib.suppress(FileNotFoundError), os.scandir(stack.pop()) as entries:
            for entry in entries:
                with contextlib.suppress(FileNotFoundError):
                    yield entry.stat(follow_symlinks=False)
                if entry.is_dir(follow_symlinks=False):
                    stack.append(entry.path)
    for pid in pids:
        with contextlib.suppress(FileNotFoundError, ProcessLookupError, PermissionError):  # it is ending
            for name in os.listdir(f"/proc/{pid}/fd"):
                target = os.readlink(f"/proc/{pid}/fd/{name}")
                if target.startswith(folder) and target.endswith(" (deleted)"):
                    yield os.stat(f"/proc/{pid}/fd/{name}")


def sweep(folder: str) -> None:
    """Remove what keepers that were killed left in the folder for temporary files.

    Not what is young: other machines and containers, whose processes are not seen, may use that folder too.
    """
    for name in os.listdir(folder):
        match = _LEFT.fullmatch(name)
        path = os.path.join(folder, name)
        with contextlib.suppress(OSError):
            info = os.lstat(path)
            ours = info.st_uid == os.getuid() or (os.getuid() == 0 and info.st_uid in _STUDENTS)
            if match and ours and time.time() - info.st_mtime > _OLD_S and not is_running(int(match[1])):
                _remove(path)


def is_running(pid: int) -> bool:
    """Whether there is such a process, whoever owns it."""
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass
    return True


def _remove(folder: str) -> None:
    """Delete a student's folder, however deep it is and whatever rights its folders have."""
    with contextlib.suppress(RecursionError):
        shutil.rmtree(folder, ignore_errors=True)
    if os.path.lexists(folder):
        for command in (["chmod", "-R", "u+rwX", folder], ["rm", "-rf", folder]):
            with contextlib.suppress(OSError):
                subprocess.run(command, check=False, stderr=subprocess.DEVNULL)


def _kill_tree(pid: int, *, contained: bool, reaped: bool = False) -> None:
    """End ``pid`` and all below it, and wait for them. A pid namespace ends with its process 1."""
    if not reaped:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    while not contained and sc.LINUX:
        left = _stopped()
        if not left:
            break
        for other in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(other, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(-1, 0)
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
    if not sc.LINUX:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
    if not reaped:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, 0)


def _stopped() -> list[int]:
    """All descendants, stopped first: killed one by one, a fork bomb makes new ones faster than they die."""
    stopped: set[int] = set()
    while True:
        found = tree.descendants(os.getpid())
        new = set(found) - stopped
        if not new:
            return found
        for pid in new:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
        stopped |= new


def _say(control: socket.socket, message: dict[str, Any]) -> None:
    with contextlib.suppress(OSError):
        control.send(json.dumps(message).encode())
