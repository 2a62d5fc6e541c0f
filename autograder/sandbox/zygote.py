"""The grader's handles on the zygote, and on each student process that it forks."""

from __future__ import annotations

import json
import os
import select
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from autograder.config import Limits
from autograder.errors import SandboxError
from autograder.sandbox.syscalls import packet_pair

_READY_S = 180.0  # importing torch from a cold disk on a busy machine
_KILL_S = 120.0  # a hundred processes on a busy machine
_PASSED_ON = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "LD_LIBRARY_PATH")  # what makes the libraries load and be right


class Exit(NamedTuple):
    """How a student's process tree ended.

    Attributes:
        reason: ``exited``, ``signal``, ``killed`` (by the grader), ``memory``, ``processes``, ``disk``, or ``lost``:
            whoever watched it was killed.
        status: as of ``os.waitstatus_to_exitcode``: negative for a signal.
    """

    reason: str
    status: int
    peak_bytes: int = 0


class Readiness(NamedTuple):
    """What the zygote found when it started.

    Attributes:
        layers: (name, whether it holds, why not and what to do) of each wall that was tried.
    """

    tier: str
    layers: tuple[tuple[str, bool, str], ...]
    seconds: float


class Spawned:
    """A student process behind its walls. ``wire`` is the grader's end of the connection to it."""

    def __init__(self, wire: socket.socket, control: socket.socket) -> None:
        self.wire = wire
        self.tier = ""
        self._control = control
        self._exit: Exit | None = None

    def wait_ready(self, timeout_s: float) -> None:
        """Wait until the walls stand. Raises SandboxError when they do not, or the zygote died."""
        message = self._receive(timeout_s)
        if "ready" not in message:
            self.close()
            raise SandboxError(
                f"A student process could not be started: {message.get('failed', 'the zygote died')}.",
                "Run `autograder doctor` to see what this machine can give.",
            )
        self.tier = str(message["ready"]["tier"])

    def kill(self) -> Exit:
        """End the whole process tree, and wait until nothing of it is left."""
        try:
            self.wire.close()
            self._control.send(b"kill")
        except OSError:
            pass  # it ended by itself
        if self._exit is None:
            self._exit = Exit(**self._receive(_KILL_S).get("exit", {"reason": "lost", "status": 0}))
            self.close()
        return self._exit

    def close(self) -> None:
        self.wire.close()
        self._control.close()

    def _receive(self, timeout_s: float) -> dict[str, Any]:
        try:
            self._control.settimeout(timeout_s)
            try:
                answer = self._control.recv(1 << 16)
            except ConnectionResetError:  # it ended before it read the last order: what it had said is still there
                answer = self._control.recv(1 << 16)
            message: dict[str, Any] = json.loads(answer or b"{}")
        except TimeoutError:
            raise SandboxError(
                f"The sandbox did not answer within {timeout_s:g} s.", "Is the machine overloaded?"
            ) from None
        except (OSError, ValueError):
            return {}
        return message


class Zygote:
    """The process that students are forked from. It starts in the background; forked workers may use it too.

    Args:
        hide: folders that must not exist inside the sandbox, beside this package.
        preload: modules to import once; what does not exist is left out.
        tier: use this tier or none; by default the best there is.
        unsafe: go on where no sandbox holds.
    """

    def __init__(
        self, hide: tuple[Path, ...] = (), preload: tuple[str, ...] = ("torch",), *, tier: str | None = None,
        unsafe: bool = False,
    ) -> None:  # fmt: skip
        self._channel, theirs = packet_pair()
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the zygote
        self._readiness: Readiness | None = None
        self._lock = threading.Lock()
        self._owner = os.getpid()
        self._gone = False
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-m", "autograder.sandbox.warm", str(theirs.fileno())],
                env=_environment(),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        order = {"preload": preload, "hide": [str(path) for path in hide], "tier": tier, "unsafe": unsafe}
        self._channel.send(json.dumps(order).encode())

    def __enter__(self) -> Zygote:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def ready(self) -> Readiness:
        """Wait until it is warm, in the process that started it.

        Raises:
            SandboxError: it died, with the end of what it said; or no sandbox holds here.
        """
        with self._lock:
            if self._readiness is None:
                self._readiness = self._await_readiness()
        return self._readiness

    @property
    def is_ours(self) -> bool:
        """Whether this process started it, and may start another in its place."""
        return os.getpid() == self._owner

    def alive(self) -> bool:
        """Whether it can still be asked for students."""
        if self._gone or self._channel.fileno() < 0 or (self.is_ours and self._process.poll() is not None):
            return False
        poll = select.poll()
        poll.register(self._channel, 0)  # a hang-up is always told
        return not poll.poll(0)

    def spawn(self, limits: Limits, program: str | None = None) -> Spawned:
        """Ask for a student process. It need not be ready yet: see :meth:`Spawned.wait_ready`.

        Args:
            program: Python text to run in the student's place, with the name ``wire`` bound to its connection.

        Raises:
            SandboxError: the zygote is gone.
        """
        wire, their_wire = socket.socketpair()
        control, their_control = packet_pair()
        request = json.dumps({"limits": msgspec.to_builtins(limits), "program": program}).encode()
        with their_wire, their_control:
            try:
                socket.send_fds(self._channel, [request], [their_wire.fileno(), their_control.fileno()])
            except OSError:
                self._gone = True
                wire.close()
                control.close()
                raise SandboxError(f"The zygote died. {self._said()}", "Run the same command again.") from None
        return Spawned(wire, control)

    def close(self) -> None:
        """End it, in the process that started it; its students end with it."""
        self._channel.close()
        if self.is_ours:
            self._process.kill()
            self._process.wait()
            self._errors.close()

    def _await_readiness(self) -> Readiness:
        self._channel.settimeout(_READY_S)
        try:
            message = json.loads(self._channel.recv(1 << 16) or b"{}")
        except (OSError, ValueError):
            message = {}
        finally:
            self._channel.settimeout(None)
        if "ready" not in message:
            raise SandboxError(f"The zygote did not start. {self._said()}", "Run `autograder doctor`.")
        ready = message["ready"]
        layers = tuple((name, holds, remark) for name, holds, remark in ready["layers"])
        return Readiness(ready["tier"], layers, ready["seconds"])

    def _said(self) -> str:
        self._errors.seek(0)
        lines = self._errors.read()[-2000:].decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else ""


def _environment() -> dict[str, str]:
    """An environment made from nothing: no token of the grader's can be in it."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "graded-descent"
    return {
        "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "PYTHONUNBUFFERED": "1",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MPLCONFIGDIR": str(cache / "matplotlib"),  # a font cache that is kept; students get a folder of their own
        "IPYTHONDIR": str(cache / "ipython"),
        "OBJC_DISABLE_INITIALIZE_FORK_SAFETY": "YES",  # macOS: Apple's frameworks refuse a forked process otherwise
        **{name: os.environ[name] for name in _PASSED_ON if name in os.environ},
    }
