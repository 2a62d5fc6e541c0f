"""The zygote of this process: started early, shared by every worker forked from here."""

from __future__ import annotations

import atexit
import re
from collections.abc import Sequence

from autograder.config import Config
from autograder.errors import SandboxError
from autograder.sandbox.zygote import Zygote

_IMPORT = re.compile(r"^\s*(?:import|from)\s+([A-Za-z_]\w*)", re.MULTILINE)
_WARM = ("torch", "torchvision", "matplotlib", "sklearn")  # slow to import, and used by the course
_zygote: Zygote | None = None
_unsafe = False


def start(config: Config, assignments: Sequence[str], *, tier: str | None = None, unsafe: bool = False) -> Zygote:
    """The process's zygote, started when there is none; it warms up in the background.

    It imports beforehand what the assignments' sources mention of the slow libraries, and nothing else, so that grading
    one notebook does not pay for what it does not use.
    """
    global _zygote, _unsafe
    if _zygote is None:
        _unsafe = unsafe
        _zygote = Zygote((config.root,), preload=_preload(config, assignments), tier=tier, unsafe=unsafe)
        atexit.register(stop)
    return _zygote


def require_sandbox() -> None:
    """Wait until the zygote is warm.

    Raises:
        SandboxError: it did not start, or nothing holds on this machine and that was not allowed.
    """
    assert _zygote is not None
    found = _zygote.ready()
    if found.tier == "D" and not _unsafe:
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


def _preload(config: Config, assignments: Sequence[str]) -> tuple[str, ...]:
    folders = [config.source / assignment for assignment in assignments]
    names: set[str] = {"torch"}
    for file in (file for folder in folders for file in (*folder.glob("*.ipynb"), *folder.rglob("*.py"))):
        text = file.read_text(encoding="utf-8", errors="replace")
        if file.suffix == ".ipynb":  # in JSON, a line of code follows a quote
            text = text.replace('"', "\n")
        names.update(_IMPORT.findall(text))
    warm = [name for name in _WARM if name in names]
    if "matplotlib" in warm:
        warm += ["matplotlib.pyplot", "matplotlib_inline.backend_inline"]
    return tuple(warm)
