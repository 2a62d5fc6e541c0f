"""Answers the grader's requests from inside the student process.

One request, one reply, in order. :func:`answer` needs only a namespace, so it serves a live kernel too.
"""

from __future__ import annotations

import importlib
import io
import os
import signal
import socket
import sys
import time
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal, NoReturn

import torch

from autograder.student.probes import PROBES
from autograder.student.shell import Shell, exception_type, limit_reached, student_line
from autograder.wire import (
    Answered,
    Call,
    CellDone,
    Failed,
    Fork,
    Forked,
    Limit,
    Packer,
    Probe,
    Put,
    Read,
    Reap,
    Reaped,
    Reply,
    RunCell,
    Unpacker,
    decode_request,
    encode,
    receive_frame,
    send_frame,
)

_FORK_S = 8.0  # less than the grader waits for


def answer(namespace: dict[str, Any], request: Call | Probe | Read, blob: bytes) -> tuple[Answered | Failed, bytes]:
    """Carry out a request on ``namespace`` and pack its result. Whatever student code raises becomes a ``Failed``."""
    if isinstance(request, Read):
        if request.name not in namespace:
            return Failed(request.nonce, "missing"), b""
        packer = Packer()
        return Answered(request.nonce, packer.pack(namespace[request.name])), packer.blob
    unpacker = Unpacker(blob)
    args = [unpacker.unpack(v) for v in request.args]
    kwargs = {key: unpacker.unpack(v) for key, v in request.kwargs.items()}
    target = args[0] if isinstance(request, Probe) and args else request.name
    if not callable(namespace.get(target)):
        return Failed(request.nonce, "missing"), b""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            if isinstance(request, Probe):
                result = PROBES[request.name](namespace, *args, **kwargs)
            else:
                result = namespace[request.name](*args, **kwargs)
        except BaseException as error:
            cell, line = student_line(error.__traceback__)
            limit = _limit(error)
            return Failed(request.nonce, _kind(error, limit), exception_type(error), cell, line, limit), b""
    packer = Packer()
    value = packer.pack(result)
    after: list[Any] = []
    after_kwargs: dict[str, Any] = {}
    if isinstance(request, Call) and request.return_args:
        after = [packer.pack(v) for v in args]
        after_kwargs = {key: packer.pack(v) for key, v in kwargs.items()}
    texts = tuple(_warning_text(w.message) for w in caught[:8])
    return Answered(request.nonce, value, after, after_kwargs, texts), packer.blob


def warm_up() -> None:
    """One small training step pulls in what torch imports lazily, which is best done once, before a fork."""
    with torch.random.fork_rng(devices=[]):
        layer = torch.nn.Linear(4, 2)
        optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
        loss = torch.nn.functional.cross_entropy(layer(torch.randn(3, 4)), torch.tensor([0, 1, 0]))
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()


def serve(shell: Shell, connection: socket.socket) -> None:
    """Answer requests until the grader closes the connection."""
    while True:
        try:
            header, blob, fds = receive_frame(connection, max_fds=1)
        except (EOFError, OSError):
            return
        request = decode_request(header)
        reply: Reply
        if isinstance(request, RunCell):
            status, line, limit = shell.run(request.index, request.source, request.timeout_s, request.output_bytes)
            blob = shell.outputs.to_json()
            reply = CellDone(request.nonce, status, shell.outputs.truncated, line, limit)
        elif isinstance(request, Put):
            reply, blob = _put(request, blob), b""
        elif isinstance(request, Fork):
            reply, blob = Forked(request.nonce, _fork(shell, connection, fds[0])), b""
        elif isinstance(request, Reap):
            reply, blob = Reaped(request.nonce, _reap(request.pid, request.wait)), b""
        else:
            shell.discard()
            reply, blob = answer(shell.namespace, request, blob)
        send_frame(connection, encode(reply), blob)


def serve_silently(namespace: dict[str, Any], connection: socket.socket) -> NoReturn:
    """In a fork of a live kernel: answer calls until the other end closes, print nothing, and end the process."""
    try:
        torch.set_num_threads(1)  # a parent's OpenMP threads do not exist here, and waiting for them hangs
        sys.stdout = sys.stderr = io.StringIO()
        while True:
            header, blob, _ = receive_frame(connection)
            request = decode_request(header)
            assert isinstance(request, Call | Probe | Read)
            reply, raw = answer(namespace, request, blob)
            send_frame(connection, encode(reply), raw)
    finally:
        os._exit(0)


def _put(request: Put, content: bytes) -> Answered | Failed:
    try:
        path = Path(request.path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        importlib.invalidate_caches()
    except OSError as error:
        return Failed(request.nonce, "raised", type(error).__name__)
    return Answered(request.nonce, None)


def _fork(shell: Shell, connection: socket.socket, fd: int) -> int:
    """Fork; the child answers on ``fd`` and ends with it. Returns the child's pid, in the parent."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python 3.12 warns of a fork beside threads
        pid = _patient_fork()
    if pid:
        with suppress(OSError):  # the child did it already, or has ended
            os.setpgid(pid, pid)
        os.close(fd)
        return pid
    try:
        os.setpgid(0, 0)
        connection.close()
        torch.set_num_threads(1)  # a parent's OpenMP threads do not exist here, and waiting for them hangs
        serve(shell, socket.socket(fileno=fd))
    finally:
        os._exit(0)


def _patient_fork() -> int:
    """Fork, also while another student of the same user, who is about to be stopped, has taken all processes."""
    deadline = time.monotonic() + _FORK_S
    while True:
        try:
            return os.fork()
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


_ending: set[int] = set()  # killed forks whose end nobody has waited for: that takes longer than the next request


def _reap(pid: int, wait: bool) -> int:
    _ending.difference_update([other for other in _ending if _has_ended(other)])
    try:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if not ended:
            os.killpg(pid, signal.SIGKILL)  # with what the call started and did not end
            if not wait:
                _ending.add(pid)
                return 0
            _, status = os.waitpid(pid, 0)
    except OSError:
        return 0
    return os.waitstatus_to_exitcode(status)


def _has_ended(pid: int) -> bool:
    try:
        return os.waitpid(pid, os.WNOHANG)[0] != 0
    except OSError:
        return True


def _kind(error: BaseException, limit: Limit) -> Literal["stub", "memory", "raised"]:
    if isinstance(error, NotImplementedError):
        return "stub"
    return "memory" if limit == "memory" else "raised"


def _limit(error: BaseException) -> Limit:
    try:
        return limit_reached(error)
    except Exception:  # an exception of the student's own, whose text cannot be made
        return ""


def _warning_text(message: object) -> str:
    try:
        return str(message)[:200].encode("utf-8", "replace").decode()
    except BaseException:
        return "(a warning whose text could not be made)"
