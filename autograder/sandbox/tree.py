"""What a tree of processes uses, as /proc tells it; and what it may not take from others.

Memory is what its processes hold and what the kernel may hold in the buffers of their sockets. Nothing else that the
filter of system calls allows holds memory that no process shows: see ``limits.SystemCalls``.

Sources: proc(5), socket(7), sched(7); https://docs.kernel.org/filesystems/proc.html
"""

from __future__ import annotations

import contextlib
import math
import os
import time
from collections.abc import Iterable
from typing import Any, NamedTuple

SOCKET_BYTES = 256 << 10  # that one may hold unread: the kernel's default for how much can be sent, and its overhead
_LIKE_ONE = 8  # running threads that a tree may have at the priority of everybody
_WEIGHTS = 2  # of running threads at that priority: what a tree of more of them weighs
_STEP = 1.25  # by which a level of nice changes a thread's weight
_NICEST = 19
_SPARED = 1  # times what it takes to count each page of many processes once, before it is done again


class Process(NamedTuple):
    """
    Attributes:
        resident_bytes: memory of its own or shared without a file, swapped out or not; it may be others' too.
        descriptors: how many are open, 0 where that may not be known.
    """

    pid: int
    threads: int
    resident_bytes: int
    descriptors: int


def descendants(pid: int) -> list[int]:
    """Every process below ``pid``, as the kernel knows them now; empty where /proc does not tell."""
    found, stack = [], [pid]
    while stack:
        current = stack.pop()
        with contextlib.suppress(OSError, ValueError):
            for task in os.listdir(f"/proc/{current}/task"):
                with open(f"/proc/{current}/task/{task}/children", encoding="utf-8") as file:
                    children = [int(child) for child in file.read().split()]
                found += children
                stack += children
    return found


def look(pid: int) -> Process:
    """A process as it is now; all 0 when it has ended."""
    fields = dict.fromkeys(("Threads", "RssAnon", "RssShmem", "VmSwap"), 0)
    with contextlib.suppress(OSError), open(f"/proc/{pid}/status", encoding="utf-8", errors="replace") as file:
        for line in file:
            name, _, value = line.partition(":")
            if name in fields:
                fields[name] = int(value.split()[0])
    descriptors = 0
    with contextlib.suppress(OSError):
        descriptors = len(os.listdir(f"/proc/{pid}/fd"))
    return Process(pid, fields["Threads"], sum(fields[n] for n in ("RssAnon", "RssShmem", "VmSwap")) << 10, descriptors)


class Memory:
    """Counts the memory of a tree, again and again.

    Args:
        limit: bytes; below it, what is told may be too high.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._inherited = look(os.getpid()).resident_bytes
        self._distinct = 0
        self._next = 0.0

    def used(self, tree: list[Process]) -> int:
        """Bytes beyond those of the calling process, which was forked from the same one and did nothing since."""
        used = sum(process.resident_bytes for process in tree) - self._inherited
        buffers = sum(process.descriptors for process in tree) * SOCKET_BYTES
        if used + buffers <= self._limit:
            return used
        started = time.monotonic()
        if started >= self._next:
            sockets = _sockets(tree) * SOCKET_BYTES
            self._distinct = min(used, _distinct_bytes(tree, self._inherited)) + sockets
            self._next = time.monotonic() + _SPARED * (time.monotonic() - started)
        return self._distinct


def _distinct_bytes(tree: list[Process], inherited: int) -> int:
    """The same with each shared page counted once: forked copies share pages, with those outside of the tree too."""
    used = 0
    shared = 0
    ours = _proportional_bytes(os.getpid())
    for process in tree:
        own = _proportional_bytes(process.pid)
        if own is None:  # init is not dumpable, or it is ending
            used += max(0, process.resident_bytes - inherited)
        else:
            used += own
            shared += ours or 0
    return max(0, used - min(shared, inherited))


def _proportional_bytes(pid: int) -> int | None:
    """Memory with each shared page divided by the number of those who share it; None where it may not be read."""
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="utf-8") as file:
            fields: dict[str, Any] = dict(line.split()[:2] for line in file.readlines()[1:])
        return (int(fields["Pss_Anon:"]) + int(fields["Pss_Shmem:"]) + int(fields.get("SwapPss:", 0))) << 10
    except (OSError, KeyError, ValueError):
        return None


def _sockets(tree: Iterable[Process]) -> int:
    """How many sockets are open; forked copies share them."""
    found = set()
    for process in tree:
        with contextlib.suppress(OSError):
            for name in os.listdir(f"/proc/{process.pid}/fd"):
                with contextlib.suppress(OSError):
                    found.add(os.readlink(f"/proc/{process.pid}/fd/{name}"))
    return sum(name.startswith("socket:") for name in found)


# --- processors -----------------------------------------------------------------------------------------------------


class _Thread(NamedTuple):
    tid: int
    pid: int
    session: int
    nice: int


def yield_processors(tree: list[Process], first: int) -> None:
    """Lower the priority of a crowd, so that all its threads together take hardly more than one student's share.

    A cell's and a check's time is wall time: sixty busy processes of one student would use up the time of another, who
    is graded beside them. The main thread of ``first`` keeps its priority, as what is forked from it inherits that.
    """
    if sum(process.threads for process in tree) <= _LIKE_ONE:
        return
    running = [t for process in tree for t in _running(process.pid) if t.tid != first]
    if len(running) <= _LIKE_ONE:
        return
    nice = min(math.ceil(math.log(len(running) / _WEIGHTS, _STEP)), _NICEST)
    for thread in running:
        with contextlib.suppress(OSError):
            if thread.nice < nice:
                os.setpriority(os.PRIO_PROCESS, thread.tid, nice)
            if thread.session != first:  # of a session of its own, which may weigh as much as any other
                _lower_session(thread.pid, nice)


def _running(pid: int) -> list[_Thread]:
    """The threads of a process that have, or wait for, a processor."""
    threads = []
    with contextlib.suppress(OSError, ValueError):
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/stat", encoding="utf-8", errors="replace") as file:
                fields = file.read().rpartition(")")[2].split()  # its name may hold anything
            if fields[0] == "R":
                threads.append(_Thread(int(task), pid, int(fields[3]), int(fields[16])))
    return threads


def _lower_session(pid: int, nice: int) -> None:
    """Where the kernel shares processors between sessions first, a thread's own priority counts within one only."""
    path = f"/proc/{pid}/autogroup"
    with open(path, encoding="utf-8") as file:
        now = int(file.read().rpartition(" ")[2])
    if now < nice:
        with open(path, "w", encoding="utf-8") as file:
            file.write(str(nice))
