"""The zygote of this process: started early, shared by every worker forked from here."""

from __future__ import annotations

import atexit
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from autograder.config import Config
from autograder.errors import SandboxError, ZygoteDied
from autograder.sandbox.zygote import Zygote

_IMPORT = re.compile(r"^[ \t]*(?:import|from)[ \t]+([A-Za-z_][\w.]*)(?:[ \t]+import[ \t]+(\w+))?", re.MULTILINE)
_WARM = ("torch", "torchvision", "matplotlib", "sklearn")  # slow to import, and used by the course


class _Order(NamedTuple):
    """How the zygote was asked for, to start another like it."""

    hide: tuple[Path, ...]
    preload: tuple[str, ...]
    tier: str | None
    unsafe: bool


_zygote: Zygote | None = None
_order: _Order | None = None


def start(config: Config, assignments: Sequence[str], *, tier: str | None = None, unsafe: bool = False) -> Zygote:
    """The process's zygote, started when there is none or when it was killed; it warms up in the background.

    It imports :func:`slow_imports` beforehand, and nothing else, so that grading one notebook does not pay for what it
    does not use.

    Raises:
        ZygoteDied: it was killed, and another process started it: :func:`revive` has to be called there.
    """
    global _order
    if _zygote is None:
        _order = _Order((config.root,), slow_imports(config, assignments), tier, unsafe)
        atexit.register(stop)
        return _start(_order)
    if _zygote.alive():
        return _zygote
    if not _zygote.is_ours:
        raise ZygoteDied("The zygote, the process that students are forked from, was killed.", "Start another.")
    assert _order is not None
    return _start(_order)


def revive() -> bool:
    """Start a zygote in the place of one that was killed, and wait until it is warm. Returns whether it had to.

    Raises:
        SandboxError: it did not start.
    """
    if _zygote is None or _order is None or _zygote.alive():
        return False
    _start(_order)
    require_sandbox()
    return True


def _start(order: _Order) -> Zygote:
    global _zygote
    if _zygote is not None:
        _zygote.close()
    _zygote = Zygote(order.hide, preload=order.preload, tier=order.tier, unsafe=order.unsafe)
    return _zygote


def require_sandbox() -> None:
    """Wait until the zygote is warm.

    Raises:
        SandboxError: it did not start, or nothing holds on this machine and that was not allowed.
    """
    assert _zygote is not None
    assert _order is not None
    found = _zygote.ready()
    if found.tier == "D" and not _order.unsafe:
        why = "; ".join(f"{name}: {remark}" for name, holds, remark in found.layers if not holds)
        raise SandboxError(
            f"No sandbox holds on this machine, so student code is not run. {why}",
            "Run `autograder doctor`, or use --unsafe-no-sandbox for code you trust.",
        )


def stop() -> None:
    """End the zygote, in the process that started it."""
    global _zygote
    if _zygote is not None:
        _zygote.close()
        _zygote = None


def slow_imports(config: Config, assignments: Sequence[str]) -> tuple[str, ...]:
    """What the assignments' sources mention of the slow libraries: modules for a zygote to import once."""
    folders = [config.source / assignment for assignment in assignments]
    names: set[str] = {"torch"}
    for file in (file for folder in folders for file in (*folder.glob("*.ipynb"), *folder.rglob("*.py"))):
        text = file.read_text(encoding="utf-8", errors="replace")
        if file.suffix == ".ipynb":  # in JSON, a line of code follows a quote
            text = text.replace('"', "\n").replace("\\n", "\n")
        for module, member in _IMPORT.findall(text):
            names |= {module, f"{module}.{member}"} if member else {module}  # a member may be a module too
    warm = sorted(name for name in names if name.partition(".")[0] in _WARM)
    if "matplotlib" in {name.partition(".")[0] for name in warm}:
        warm += ["matplotlib.pyplot", "matplotlib_inline.backend_inline"]
    return tuple(warm)
