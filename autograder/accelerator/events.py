"""What crossed between host and device, what made the host wait, and which line asked for it."""

from __future__ import annotations

import functools
import os
import sys
import sysconfig
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

import torch

Kind = Literal["host_to_device", "device_to_host", "synchronize"]

_STDLIB = os.path.join(sysconfig.get_path("stdlib"), "")
_OUTSIDE_STDLIB = (
    os.path.join(_STDLIB, "site-packages", ""),
    os.path.join(_STDLIB, "dist-packages", ""),
)
_TORCH = os.path.join(os.path.dirname(os.path.abspath(torch.__file__)), "")
_HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "")


@dataclass(frozen=True, slots=True)
class Event:
    """One transfer, or one wait of the host for the device.

    Attributes:
        kind: ``host_to_device``, ``device_to_host`` or ``synchronize``. Reading one value (``item``, ``if loss > 1``,
            ``print``) is a ``synchronize``; copying a tensor to the host is a ``device_to_host``.
        op: the operator's name, for example ``copy_``, ``item``, ``nonzero``.
        bytes: bytes moved; 0 when nothing but waiting happened.
        blocking: the host waited. A copy with ``non_blocking=True`` does not block when the host side is pinned.
        pinned: the host side lies in pinned memory.
        file: innermost frame outside torch, this package and the standard library; "" if there is none.
        line: line number in that file; 0 if there is no such frame.
    """

    kind: Kind
    op: str
    bytes: int
    blocking: bool
    pinned: bool
    file: str
    line: int


@dataclass(slots=True)
class Log:
    """The events of one ``record()`` block, in the order in which they happened."""

    events: list[Event] = field(default_factory=list)

    def _of(self, kind: Kind) -> list[Event]:
        return [event for event in self.events if event.kind == kind]

    @property
    def host_to_device(self) -> int:
        """How many copies went to the device."""
        return len(self._of("host_to_device"))

    @property
    def device_to_host(self) -> int:
        """How many tensors were copied to the host."""
        return len(self._of("device_to_host"))

    @property
    def synchronizations(self) -> int:
        """How many times the host waited without copying a tensor: ``item``, ``nonzero``, ``synchronize``."""
        return len(self._of("synchronize"))

    @property
    def waits(self) -> int:
        """How many events of any kind made the host wait."""
        return sum(event.blocking for event in self.events)

    @property
    def bytes_to_device(self) -> int:
        return sum(event.bytes for event in self._of("host_to_device"))

    @property
    def bytes_to_host(self) -> int:
        return sum(event.bytes for event in self._of("device_to_host"))


@functools.lru_cache(maxsize=4096)
def _belongs_to_the_user(file: str) -> bool:
    if file.startswith((_TORCH, _HERE, "<frozen ")):
        return False
    return not file.startswith(_STDLIB) or file.startswith(_OUTSIDE_STDLIB)


def user_line() -> tuple[str, int]:
    """File and line of the innermost frame that is neither torch's, ours nor the standard library's, else ("", 0)."""
    frame = sys._getframe(1)
    while frame is not None:
        file = frame.f_code.co_filename
        if _belongs_to_the_user(file):
            return file, frame.f_lineno
        frame = frame.f_back  # type: ignore[assignment]
    return "", 0


class _Quiet(threading.local):
    depth = 0


_logs: list[Log] = []
_quiet = _Quiet()
_sync_debug_mode = 0
_SYNC_DEBUG_MODES = {"default": 0, "warn": 1, "error": 2}


@contextmanager
def logged() -> Iterator[Log]:
    """Append the events that ``emit`` hears of, from any thread, to a new log."""
    log = Log()
    _logs.append(log)
    try:
        yield log
    finally:
        _logs[:] = [other for other in _logs if other is not log]


@contextmanager
def quiet() -> Iterator[None]:
    """Copies that the simulation itself makes are not events."""
    _quiet.depth += 1
    try:
        yield
    finally:
        _quiet.depth -= 1


def listening() -> bool:
    """Whether anybody would hear an event."""
    return bool(_logs or _sync_debug_mode) and not _quiet.depth


def emit(kind: Kind, op: str, size: int = 0, *, blocking: bool, pinned: bool = False, warns: bool = False) -> None:
    """Tell every open log.

    Args:
        size: bytes moved.
        warns: one of the operations that ``set_sync_debug_mode`` warns about.

    Raises:
        RuntimeError: ``warns`` holds and the synchronization debug mode is "error".
    """
    if not listening():
        return
    file, line = user_line()
    if warns and _sync_debug_mode == 2:
        raise RuntimeError("called a synchronizing SIM operation")
    if warns and _sync_debug_mode == 1:
        warnings.warn_explicit(f"called a synchronizing SIM operation: {op}", UserWarning, file or "<unknown>", line)
    event = Event(kind, op, size, blocking, pinned, file, line)
    for log in _logs:
        log.events.append(event)


def set_sync_debug_mode(debug_mode: int | str) -> None:
    """As ``torch.cuda.set_sync_debug_mode``: 0 or "default", 1 or "warn", 2 or "error"."""
    global _sync_debug_mode
    mode = _SYNC_DEBUG_MODES.get(debug_mode, -1) if isinstance(debug_mode, str) else debug_mode
    if mode not in (0, 1, 2):
        raise RuntimeError("invalid value of debug_mode, expected one of `default`, `warn`, `error`")
    _sync_debug_mode = mode


def get_sync_debug_mode() -> int:
    return _sync_debug_mode
