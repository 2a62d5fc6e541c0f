"""The same checks on a live notebook, without isolation: for an instructor, and for a stock nbgrader.

The hidden part of every grade cell calls :func:`run_checks` on its own globals. Its last expression is the points,
which is what nbgrader reads. In ``autograder grade`` this module is never loaded.
"""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import torch

from autograder.checks import plugin
from autograder.config import Config, find_root, load
from autograder.errors import CourseError, StudentCrashed
from autograder.sandbox.session import Calls
from autograder.student.server import answer, serve_silently, warm_up
from autograder.wire import (
    Call,
    Failed,
    Probe,
    Read,
    Reply,
    decode_reply,
    decode_request,
    encode,
    receive_frame,
    send_frame,
)


class LiveCalls:
    """Answers calls from a namespace of this process, through the same encoding as the sandbox."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self._namespace = namespace

    def request(self, make: Callable[[int], Call | Probe | Read], blob: bytes) -> tuple[Reply, bytes]:
        request = decode_request(encode(make(0)))
        assert isinstance(request, Call | Probe | Read)
        reply, raw = answer(self._namespace, request, blob)
        return decode_reply(encode(reply)), raw

    def line_of(self, cell: int, line: int) -> tuple[int, str]:
        return 0, ""

    def excess(self, failed: Failed) -> str:
        return ""

    @contextmanager
    def apart(self, world: str = "cpu") -> Iterator[Calls]:
        """A fork of this process: what a call installs, hides or breaks stays there.

        Where the accelerator is a real one, nothing is installed to use it, and a fork could not: then it is this
        process.
        """
        if world == "accelerator" and torch.accelerator.is_available():
            yield self
            return
        _warm_up_once()
        ours, theirs = socket.socketpair()
        with ours, theirs:
            pid = os.fork()
            if pid == 0:
                ours.close()
                serve_silently(self._namespace, theirs)
            theirs.close()
            try:
                yield _Forked(ours)
            finally:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)


_warm_up_once = cache(warm_up)  # in each fork it would take seconds


class _Forked(LiveCalls):
    """Calls answered at the other end of a connection."""

    def __init__(self, connection: socket.socket) -> None:
        super().__init__({})
        self._connection = connection

    def request(self, make: Callable[[int], Call | Probe | Read], blob: bytes) -> tuple[Reply, bytes]:
        try:
            send_frame(self._connection, encode(make(0)), blob)
            header, raw, _ = receive_frame(self._connection)
        except (EOFError, OSError):
            raise StudentCrashed("it closed its connection") from None
        return decode_reply(header), raw


def run_checks(assignment: str, exercise: str, namespace: dict[str, Any]) -> float:
    """Run the checks of one exercise on ``namespace``, print what failed and why, and return the points.

    Raises:
        CourseError: the assignment has no checks, or the exercise has none there, or a check itself broke.
    """
    config = _config()

    @contextmanager
    def open_exercise(name: str) -> Iterator[plugin.Exercise]:
        yield plugin.Exercise(calls)

    calls: Calls = LiveCalls(namespace)
    checks = plugin.Checks(config.seed, assignment, open_exercise, [exercise])
    results = plugin.run(config.checks_file(assignment), checks)[exercise]
    if not results:
        raise CourseError(
            f"{config.checks_file(assignment)} has no checks for the exercise `{exercise}`.",
            "Correct the names in the grade cell's run_checks call.",
        )
    for result in results:
        if result.outcome == "error":
            raise CourseError(f"The check `{exercise}/{result.name}` broke. {result.message}", "Correct the check.")
        if result.outcome != "passed":
            print(f"{result.outcome}: {result.title} {result.message}")
            if result.hint:
                print(f"  Hint: {result.hint}")
    return float(sum(result.points for result in results))


def _config() -> Config:
    try:
        return load(find_root(Path.cwd()))
    except CourseError:
        return Config(root=Path.cwd(), course_id="", seed="")
