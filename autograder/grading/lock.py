"""One class run at a time on a course: an advisory lock that the kernel lets go of when its holder ends, however.

The lock is POSIX's (``lockf``), which belongs to a process and not to its forks: a grading process that outlives a
killed run for a moment does not hold it. It works over NFS.
"""

from __future__ import annotations

import errno
import fcntl
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from autograder.config import Config
from autograder.errors import GraderError
from autograder.grading.storage import unwritable

_HELD = (errno.EACCES, errno.EAGAIN)
_NO_LOCKS = (
    errno.ENOLCK,
    errno.ENOTSUP,
    errno.ENOSYS,
)  # file systems without them: go on as if there were no other run


@contextmanager
def class_run(config: Config, assignment: str, command: str = "autograder grade") -> Iterator[None]:
    """Hold the course's lock, ``results/.lock``, which says who holds it.

    Args:
        command: what runs.

    Raises:
        GraderError: another run holds it: its process and since when are named; or the file cannot be written.
    """
    path = config.results / ".lock"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise unwritable(path, error) from None
    try:
        _take(descriptor, path, f"{command} {assignment}")
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, path: Path, command: str) -> None:
    since = datetime.now().astimezone().isoformat(" ", "seconds")
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _HELD:
            raise _held(os.pread(descriptor, 400, 0).decode(errors="replace")) from None
        if error.errno not in _NO_LOCKS:
            raise unwritable(path, error) from None
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n{platform.node()}\n{since}\n{command}\n".encode(), 0)
    except OSError as error:
        raise unwritable(path, error) from None


def _held(holder: str) -> GraderError:
    pid, host, since, command, *_ = [*holder.splitlines(), "?", "?", "?", "?"]
    where = "" if host == platform.node() else f" on {host}"
    return GraderError(
        f"Another `{command}` runs on this course: process {pid}{where}, since {since}.",
        f"Wait until it is done. If it hangs, end it with `kill {pid}`: what is done is kept.",
    )
