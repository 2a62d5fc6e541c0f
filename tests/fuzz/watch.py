"""What must hold whatever comes in: it ends, it keeps to its memory, it leaves every other file alone."""

from __future__ import annotations

import hashlib
import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HANG_S = 180  # a case takes well under a second: this ends a hang, however slow the machine


@contextmanager
def deadline(seconds: int = HANG_S) -> Iterator[None]:
    """Raise TimeoutError in the main thread when the block takes longer."""

    def ring(_signal: int, _frame: object) -> None:
        raise TimeoutError(f"a case took more than {seconds} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def memory_bounded(extra_bytes: int) -> Iterator[None]:
    """Assert that this process never held ``extra_bytes`` more inside the block than before it."""
    _forget_peak()
    before = _peak_bytes()
    yield
    grown = _peak_bytes() - before
    assert grown < extra_bytes, f"{grown >> 20} MiB more than before"


def _forget_peak() -> None:
    """Let the peak start anew; only Linux can."""
    if sys.platform == "linux":
        Path("/proc/self/clear_refs").write_text("5")


def _peak_bytes() -> int:
    if sys.platform == "linux":
        status = Path("/proc/self/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) << 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def snapshot(folder: Path, *but: Path) -> dict[str, tuple[int, str]]:
    """Mode and digest of every file below ``folder``, those below the folders ``but`` left out."""
    return {
        str(path.relative_to(folder)): (
            path.lstat().st_mode,
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() and not path.is_symlink() else "",
        )
        for path in folder.rglob("*")
        if not any(path == one or path.is_relative_to(one) for one in but)
    }
