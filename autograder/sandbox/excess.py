"""What a student is told when a limit is passed: which one, how much it allows, and what used it up.

Ends of sentences about a cell or a call. A limit's name in ``[tool.autograder.limits]`` stands in brackets, for whoever
may change it.
"""

from __future__ import annotations

import signal

from autograder.config import Limits

_UNITS = (("GiB", 30), ("MiB", 20), ("KiB", 10))


def size(count: int) -> str:
    """Bytes as a person reads them: ``512 MiB``, ``1.5 GiB``."""
    unit, shift = next(((unit, shift) for unit, shift in _UNITS if count >= 1 << shift), ("bytes", 0))
    return f"{round(count / (1 << shift), 1):g} {unit}"


def of_cell_time(limits: Limits) -> str:
    return f"a cell may run for {limits.cell_s:g} s (cell_s)"


def of_check_time(check_s: float) -> str:
    return f"the calls of a check may take {check_s:g} s (check_s)"


def of_less_check_time(check_s: float, parts: int, used: str) -> str:
    """
    Args:
        parts: into how many the time of a check is cut, of which it gets one.
        used: what has used up so much time, as a sentence.
    """
    return f"{used}, so the calls of this one may take {check_s / parts:g} s, 1/{parts} of the usual (check_s)"


def of_memory(limits: Limits, peak_bytes: int = 0) -> str:
    """
    Args:
        peak_bytes: what its processes were seen to use; 0 where that is not known.
    """
    used = f"its processes used {size(peak_bytes)}, and " if peak_bytes > limits.memory_bytes else ""
    return f"{used}all its processes together may use {size(limits.memory_bytes)} of memory (memory_bytes)"


def of(limit: str, limits: Limits) -> str:
    """What the student process says was passed: ``memory``, ``disk`` or ``processes``; empty for anything else."""
    if limit == "memory":
        return of_memory(limits)
    if limit == "disk":
        return f"its files may hold {size(limits.disk_bytes)} (disk_bytes)"
    if limit == "processes":
        return f"it may have {limits.processes} processes and threads at a time (processes)"
    return ""


def of_signal(status: int, limits: Limits) -> str:
    """The limit behind a signal that ended a process; empty where there is none."""
    if status == -signal.SIGXFSZ:
        return of("disk", limits)
    if status == -signal.SIGXCPU:
        return "it used more processor time than its time limits allow (cell_s)"
    return ""


def of_output(limits: Limits) -> str:
    return f"of what a cell prints and shows, {size(limits.output_bytes)} are kept (output_bytes)"
