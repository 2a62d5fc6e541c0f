"""The zygote's own program: import what is slow, once; then fork a keeper and a student for every request.

What this process imports, a student can read. It is started with an environment made from nothing, is told no secret,
and runs with one thread: a fork does not copy threads, and OpenMP waits for those it had.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from autograder.config import Limits
from autograder.sandbox import syscalls as sc
from autograder.sandbox.keeper import Walls, keep, sweep
from autograder.sandbox.private_root import find_layout
from autograder.sandbox.probe import probe


def main(descriptor: int) -> None:
    """Serve the grader on a socket until it closes.

    Args:
        descriptor: of one end of ``syscalls.packet_pair``.
    """
    started = time.monotonic()
    if sc.LINUX:
        sc.die_with_parent(signal.SIGKILL)
    channel = socket.socket(fileno=descriptor)
    order = json.loads(channel.recv(1 << 16))
    for name in order["preload"]:
        with contextlib.suppress(ImportError):  # a student who imports what is not there is told so
            importlib.import_module(name)
    import torch

    from autograder import accelerator
    from autograder.student.server import serve, warm_up
    from autograder.student.shell import Shell

    torch.set_num_threads(1)
    warm_up()
    package = Path(__file__).parents[1]
    layout = find_layout([package, *map(Path, order["hide"])])
    walls, report = probe(layout, package / "errors.py", order["tier"], order["unsafe"])
    if report.tier != "A":
        sweep(tempfile.gettempdir())
    shell = Shell()
    accelerator.prepare()
    gc.collect()
    gc.freeze()
    ready = {
        "tier": report.tier,
        "layers": report.layers,
        "seconds": time.monotonic() - started,
    }
    channel.send(json.dumps({"ready": ready}).encode())
    _serve(channel, walls, lambda wire: serve(shell, wire))


def _compact() -> Iterator[bool]:
    """Move this process's heap to huge pages, one at a time, while nobody waits for it.

    A fork copies the table of its parent's pages, and takes it apart at its end: that is most of what a fork costs
    here, and a huge page has one entry in the place of 512.
    """
    if not sc.LINUX:
        return
    size = sc.HUGE_PAGE
    with open("/proc/self/maps", encoding="utf-8") as maps:
        heaps = [fields[0].split("-") for fields in map(str.split, maps) if _is_heap(fields)]
    for start, end in ((int(a, 16), int(b, 16)) for a, b in heaps):
        for address in range(-(-start // size) * size, end // size * size, size):
            with contextlib.suppress(OSError):  # an older kernel, or no huge page is free: forks take longer
                sc.to_huge_page(address)
            yield True


def _is_heap(fields: list[str]) -> bool:
    """Whether a line of /proc/self/maps (address, rights, offset, device, inode, path) is memory of no file."""
    return fields[1] == "rw-p" and (len(fields) == 5 or fields[5] == "[heap]")


def _serve(channel: socket.socket, walls: Walls | None, serve: Callable[[socket.socket], None]) -> None:
    asked = select.poll()
    asked.register(channel, select.POLLIN)
    pages = _compact()
    while True:
        while not asked.poll(0) and next(pages, False):
            pass
        message, descriptors, _, _ = socket.recv_fds(channel, 1 << 16, 2)
        if not message:
            return
        wire, control = (socket.socket(fileno=d) for d in descriptors)
        with wire, control:
            request: dict[str, Any] = json.loads(message)
            _reap()
            if walls is None:
                control.send(json.dumps({"failed": "no sandbox holds on this machine"}).encode())
            elif os.fork() == 0:
                channel.close()
                _silence()
                program = request.get("program")
                student = (lambda: _execute(program, wire)) if program else (lambda: serve(wire))  # noqa: B023
                keep(walls, msgspec.convert(request["limits"], Limits), student, control)


def _execute(program: str, wire: socket.socket) -> None:
    """Run a trusted program of the grader's in the student's place, to look at the walls from inside."""
    exec(compile(program, "<program>", "exec"), {"wire": wire})


def _silence() -> None:
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.close(null)


def _reap() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


if __name__ == "__main__":
    main(int(sys.argv[1]))
