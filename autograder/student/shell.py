"""Runs cells as Jupyter would, with IPython's InteractiveShell, and keeps their outputs.

The kernel's half of Jupyter that matters to a notebook is IPython's own shell: magics, ``!`` commands, top-level
``await``, rich display, the inline figures. What ipykernel adds is transport, which the wire replaces.

Source: https://ipython.readthedocs.io/en/stable/api/generated/IPython.core.interactiveshell.html
"""

from __future__ import annotations

import errno
import io
import re
import signal
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType, TracebackType
from typing import Any, Literal

from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

from autograder.student.outputs import Collector
from autograder.wire import Limit

CELL_FILE = re.compile(r"<cell (\d+)>")


class CellTimeout(KeyboardInterrupt):
    """Raised in a cell when its time is up, like Jupyter's interrupt."""


def student_line(traceback: TracebackType | None) -> tuple[int, int]:
    """(cell index, line from 1) of the innermost frame that a notebook cell holds; (-1, 0) where there is none."""
    where = (-1, 0)
    while traceback is not None:
        match = CELL_FILE.fullmatch(traceback.tb_frame.f_code.co_filename)
        if match:
            where = (int(match[1]), traceback.tb_lineno or 0)
        traceback = traceback.tb_next
    return where


def exception_type(error: BaseException) -> str:
    """Name of an exception's class, or of the nearest one above it that is Python's or a library's."""
    for kind in type(error).__mro__:
        module = kind.__module__
        if type(module) is str and module.partition(".")[0] in ("builtins", "torch", "numpy"):
            return kind.__name__
    return "Exception"


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an exception says that memory could not be had, in Python's or in PyTorch's way."""
    if isinstance(error, OSError):
        return error.errno == errno.ENOMEM
    return isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError) and ("DefaultCPUAllocator" in str(error) or "out of memory" in str(error))
    )


def limit_reached(error: BaseException | None) -> Limit:
    """What there was not enough of, as far as an exception, or one that led to it, tells."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if is_out_of_memory(error):
            return "memory"
        if _is_out_of_disk(error):
            return "disk"
        if _is_out_of_processes(error):
            return "processes"
        error = error.__cause__ or error.__context__
    return ""


def _is_out_of_disk(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
    if isinstance(error, subprocess.CalledProcessError):
        return error.returncode in (-signal.SIGXFSZ, 128 + signal.SIGXFSZ)
    return isinstance(error, RuntimeError) and ("PytorchStreamWriter" in str(error) or "iostream error" in str(error))


def _is_out_of_processes(error: BaseException) -> bool:
    """A fork or thread that was refused. EAGAIN means other things too: the code that met it has to name a fork."""
    if isinstance(error, RuntimeError):
        return "can't start new thread" in str(error)
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    return isinstance(error, BlockingIOError) and any(
        "fork" in name or name == "posix_spawn" for name in (frames[-1].f_code.co_names if frames else ())
    )


@dataclass
class _Cell:
    """The cell that runs. There is one shell in a process, as IPython's is a singleton, hence one of these."""

    index: int = -1
    outputs: Collector = field(default_factory=lambda: Collector(0))


_cell = _Cell()


class _Stream(io.TextIOBase):
    """A standard stream that writes into the current cell's outputs."""

    encoding = "utf-8"

    def __init__(self, name: str) -> None:
        self.name = name

    def write(self, text: str) -> int:
        _cell.outputs.write(self.name, str(text))
        return len(text)

    def writable(self) -> bool:
        return True


class _Compiler(CachingCompiler):
    """Names each cell's code after its position, so that a traceback tells which cell a line is in."""

    def get_code_name(self, raw_code: str, transformed_code: str, number: int) -> str:
        return f"<cell {_cell.index}>"


class _DisplayHook(DisplayHook):
    """Keeps the value of a cell's last expression as an ``execute_result``."""

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: dict[str, Any], md_dict: object = None) -> None:
        _cell.outputs.display(format_dict, self.prompt_count, result=True)

    def finish_displayhook(self) -> None:
        self._is_active = False


class _Publisher(DisplayPublisher):
    """Keeps what is displayed."""

    def publish(self, data: dict[str, Any], *args: object, **kwargs: object) -> None:
        _cell.outputs.display(data)

    def clear_output(self, wait: bool = False) -> None:
        _cell.outputs.clear()


class _NotebookShell(InteractiveShell):
    compiler_class = Type(_Compiler)
    displayhook_class = Type(_DisplayHook)
    display_pub_class = Type(_Publisher)

    def _showtraceback(self, etype: type[BaseException], evalue: BaseException, stb: list[str]) -> None:
        try:
            text = str(evalue)
        except BaseException:
            text = "(its text could not be made)"
        _cell.outputs.error(etype.__name__, text, [str(line) for line in stb])

    def system_piped(self, cmd: str) -> None:
        """``!command``: its output goes to the cell, its status to ``_exit_code``."""
        command = self.var_expand(cmd, depth=1)  # type: ignore[no-untyped-call]
        with subprocess.Popen(command, shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
            for line in process.stdout or ():
                sys.stdout.write(line.decode("utf-8", "replace"))
        self.user_ns["_exit_code"] = process.returncode

    system = system_piped

    @contextmanager
    def _tee(self, channel: str) -> Iterator[None]:
        """IPython 9 keeps all that is printed, for as long as it lives: here the cell's outputs do, up to a limit."""
        yield

    def enable_gui(self, gui: str | None = None) -> None:
        """There is no window to draw in."""

    def ask_exit(self) -> None:
        """``exit`` ends a cell's work, not the student process."""


class Shell:
    """One notebook's interpreter.

    Attributes:
        namespace: the notebook's globals.
    """

    def __init__(self) -> None:
        config = Config()
        config.HistoryManager.enabled = False
        config.InteractiveShell.colors = "nocolor"
        config.InteractiveShell.xmode = "Context"
        self._shell = _NotebookShell.instance(config=config)
        self._run_cell = self._shell.run_cell
        self._shell.separate_in = ""
        sys.stdout = _Stream("stdout")
        sys.stderr = _Stream("stderr")
        self.namespace: dict[str, Any] = self._shell.user_ns
        if "" not in sys.path:
            sys.path.insert(0, "")  # modules beside the notebook can be imported, as in Jupyter
        self._draw_inline()
        self._timed_out = False

    def run(
        self, index: int, source: str, timeout_s: float, output_bytes: int
    ) -> tuple[Literal["ok", "error", "timeout", "memory"], int, Limit]:
        """Run a cell, interrupting it after ``timeout_s`` seconds.

        Returns:
            its status, the line (from 1, 0 where unknown) at which it stopped, and what it had not enough of.
        """
        _cell.index, _cell.outputs = index, Collector(output_bytes)
        self._timed_out = False
        signal.signal(signal.SIGALRM, self._interrupt)
        signal.setitimer(signal.ITIMER_REAL, timeout_s)
        try:
            result = self._run_cell(source, store_history=True)  # type: ignore[no-untyped-call]
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        error = result.error_before_exec or result.error_in_exec
        line = student_line(error.__traceback__)[1] if error is not None else 0
        if self._timed_out:
            return "timeout", line, ""
        if error is None:
            return "ok", 0, ""
        try:
            limit = limit_reached(error)
        except Exception:  # an exception of the student's own, whose text cannot be made
            limit = ""
        return ("memory" if limit == "memory" else "error"), line, limit

    @property
    def outputs(self) -> Collector:
        """Of the cell that ran last."""
        return _cell.outputs

    def discard(self) -> None:
        """Throw away what is printed and displayed until the next cell."""
        _cell.outputs = Collector(0)

    def _interrupt(self, signum: int, frame: FrameType | None) -> None:
        self._timed_out = True
        raise CellTimeout("the cell's time is up")

    def _draw_inline(self) -> None:
        """Show figures at the end of a cell, where matplotlib was imported before this shell existed."""
        if "matplotlib_inline.backend_inline" in sys.modules:
            self._shell.enable_matplotlib("inline")  # type: ignore[no-untyped-call]
