"""The grader's handle on one student: run cells, call functions, end in time.

A session owns one student process. Checks never call that process itself: they call a fork of it, so that whatever a
call does (change globals, hang, crash) is gone when the exercise's checks are over. When the student process dies, the
next use starts a fresh one and runs the earlier cells again, without the one that killed it.
"""

from __future__ import annotations

import builtins
import signal
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Set
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

from autograder.config import Limits
from autograder.errors import (
    SandboxError,
    StudentCrashed,
    StudentFault,
    StudentMemory,
    StudentMissing,
    StudentNotPlain,
    StudentRaised,
    StudentTimeout,
    WireError,
)
from autograder.sandbox import excess
from autograder.student.outputs import Output, from_json
from autograder.wire import (
    Answered,
    Call,
    CellDone,
    Failed,
    Fork,
    Forked,
    Packer,
    Probe,
    Put,
    Read,
    Reap,
    Reaped,
    Reply,
    Request,
    RunCell,
    Unpacker,
    decode_reply,
    encode,
    printable,
    receive_frame,
    send_frame,
)

if TYPE_CHECKING:
    from autograder.sandbox.zygote import Exit, Spawned, Zygote

START_S = 30.0  # for a student process to stand within its walls, on a busy machine
SERVER_S = 10.0  # for what the server does without student code: fork, reap
GRACE_S = 1.0  # between a cell's interrupt and its end by force
ESCAPED = 6  # bytes of JSON for one of a control character
OVERHEAD_BYTES = 1 << 17  # of a cell's outputs as JSON, beyond the outputs themselves
ALL_CELLS = 20  # times a cell's limit is what all cells of a notebook may use: seconds, and bytes of output
ALL_CHECKS = 20  # times a check's limit is what all checks of a notebook may use, before each of the rest gets less
OUT_OF_TIME = 2  # checks of one exercise, before each of its other checks gets less
LESS = 5  # parts that a check's time is cut into, of which it then gets one
LEAST_OUTPUT_BYTES = 1 << 10

_KNOWN_EXCEPTIONS = {name for name, kind in vars(builtins).items() if isinstance(kind, type)} | {
    "OutOfMemoryError",
    "LinAlgError",
}


class CellRun(NamedTuple):
    """How a cell ended. ``crashed`` is a process that ended, or that had to be killed after its time.

    Attributes:
        detail: how, as the end of a sentence, where there is no exception to name.
        excess: the limit that it passed, as the end of a sentence.
    """

    status: Literal["ok", "error", "timeout", "memory", "crashed"]
    outputs: list[Output]
    truncated: bool = False
    line: int = 0
    detail: str = ""
    excess: str = ""


class Answer(NamedTuple):
    """A call's result: ``args`` and ``kwargs`` as they are after the call, and what was warned during it."""

    value: Any
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    warnings: tuple[str, ...]


class Calls(Protocol):
    """Something that answers calls: a student in the sandbox, or a live namespace."""

    def request(self, make: Callable[[int], Call | Probe | Read], blob: bytes) -> tuple[Reply, bytes]: ...

    def line_of(self, cell: int, line: int) -> tuple[int, str]:
        """A line of a cell as a student counts it, and its text; (0, "") where it is not known."""
        ...

    def apart(self, world: str = "cpu") -> AbstractContextManager[Calls]:
        """The same student in a process of its own, gone afterwards with whatever calls did to it.

        Args:
            world: ``cpu``, or ``accelerator`` for calls that are going to use one.
        """
        ...

    def excess(self, failed: Failed) -> str:
        """The limit that a call passed, as the end of a sentence; empty where it passed none."""
        ...


def call(calls: Calls, name: str, args: tuple[Any, ...], kwargs: dict[str, Any], return_args: bool = False) -> Answer:
    """Call a global function of the notebook. Raises a StudentFault when it gives no plain result."""
    packer = Packer()
    packed, named = [packer.pack(v) for v in args], {key: packer.pack(v) for key, v in kwargs.items()}
    given = (len(args), kwargs.keys()) if return_args else None
    return _answer(calls, name, lambda nonce: Call(nonce, name, packed, named, return_args), packer.blob, given)


def probe(calls: Calls, probe_name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Answer:
    """Run a probe; its first argument names the student's function."""
    packer = Packer()
    packed, named = [packer.pack(v) for v in args], {key: packer.pack(v) for key, v in kwargs.items()}
    name = args[0] if args and type(args[0]) is str else probe_name
    return _answer(calls, name, lambda nonce: Probe(nonce, probe_name, packed, named), packer.blob)


def read(calls: Calls, name: str) -> Answer:
    """The value of a global of the notebook."""
    return _answer(calls, name, lambda nonce: Read(nonce, name), b"")


def _answer(
    calls: Calls,
    name: str,
    make: Callable[[int], Call | Probe | Read],
    blob: bytes,
    given: tuple[int, Set[str]] | None = None,
) -> Answer:
    """The answer to a request; ``given`` is how many arguments must come back, and the keys of the named ones."""
    try:
        reply, raw = calls.request(make, blob)
        answer = reply if isinstance(reply, Failed) else _unpack(reply, raw, given)
    except StudentNotPlain as error:
        raise StudentNotPlain(
            f"`{name}` answered with something that is not plain data: {error.message}.",
            "Return a torch.Tensor, a number, a str, or a list, tuple or dict of these.",
        ) from None
    except StudentTimeout as error:
        raise StudentTimeout(f"`{name}` did not answer in time: {error.message}.") from None
    except StudentCrashed as error:
        raise StudentCrashed(f"The process ended while `{name}` ran: {error.message}.") from None
    except StudentMemory as error:
        raise StudentMemory(f"`{name}` used more memory than allowed: {error.message}.") from None
    except WireError as error:
        raise StudentCrashed(f"The process broke the protocol while `{name}` ran: {error.message}") from None
    if isinstance(answer, Failed):
        raise _fault(name, answer, *calls.line_of(answer.cell, answer.line), calls.excess(answer))
    return answer


def _unpack(reply: Reply, raw: bytes, given: tuple[int, Set[str]] | None) -> Answer:
    if not isinstance(reply, Answered):
        raise WireError("A reply of the wrong kind.")
    unpacker = Unpacker(raw)
    value = unpacker.unpack(reply.value)
    args = tuple(unpacker.unpack(v) for v in reply.args)
    kwargs = {key: unpacker.unpack(v) for key, v in reply.kwargs.items()}
    unpacker.finish()
    if given is not None and (len(args), kwargs.keys()) != given:
        raise WireError("Other arguments than were sent.")
    return Answer(value, args, kwargs, reply.warnings)


def _fault(name: str, failed: Failed, line: int, source: str, excess: str) -> StudentFault:
    where = f" at line {line} of its cell, `{source}`" if line and source else ""
    if failed.kind == "missing":
        return StudentMissing(f"`{name}` does not exist: no cell that ran defines it.")
    if failed.kind == "stub":
        return StudentMissing(f"`{name}` is not written yet: it raises NotImplementedError{where}.")
    if failed.kind == "memory":
        return StudentMemory(f"`{name}` asked for more memory than there is{where}{excess and f': {excess}'}.")
    kind = exception_name(failed.type_name)
    return StudentRaised(f"`{name}` raised {kind}{where}{excess and f': {excess}'}.", kind, line, source)


def exception_name(name: str) -> str:
    """The name of a well-known exception; of any other only that it is one, since a student chose its name."""
    return name if name in _KNOWN_EXCEPTIONS else "an exception of its own"


class _Channel:
    """One connection: a request, its reply, a nonce that ties them."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self._nonce = 0

    def request(
        self,
        make: Callable[[int], Request],
        blob: bytes,
        timeout_s: float,
        *,
        max_blob_bytes: int | None = None,
        fds: tuple[int, ...] = (),
    ) -> tuple[Reply, bytes]:
        """Raises StudentTimeout, StudentCrashed, or WireError for a reply that breaks the rules."""
        self._nonce += 1
        message = make(self._nonce)
        deadline = time.monotonic() + timeout_s
        bound = {} if max_blob_bytes is None else {"max_blob_bytes": max_blob_bytes}
        try:
            send_frame(self.connection, encode(message), blob, deadline=deadline, fds=fds)
            header, raw, _ = receive_frame(self.connection, deadline=deadline, **bound)
        except TimeoutError:
            raise StudentTimeout(f"the limit is {timeout_s:g} s") from None
        except (EOFError, OSError):
            raise StudentCrashed("it closed its connection") from None
        reply = decode_reply(header)
        if reply.nonce != self._nonce:
            raise WireError("A reply to another request.")
        return reply, raw

    def close(self) -> None:
        self.connection.close()


class Session:
    """One student's notebook at work in the sandbox.

    Args:
        zygote: where the student process is forked from.
        limits: for every cell and every check.
        files: what lies beside the notebook: path relative to its folder, to content.
    """

    def __init__(self, zygote: Zygote, limits: Limits, files: Mapping[str, bytes] | None = None) -> None:
        self._zygote = zygote
        self._limits = limits
        self._files = dict(files or {})
        self._spawned: Spawned | None = None
        self._channel: _Channel | None = None
        self._ran: dict[int, str] = {}
        self._sources: dict[int, str] = {}
        self._seconds_left = ALL_CELLS * limits.cell_s
        self._output_bytes_left = ALL_CELLS * limits.output_bytes
        self._checks_seconds_left = ALL_CHECKS * limits.check_s
        self._out_of_time = 0
        self.check_limit = excess.of_check_time(limits.check_s)
        self.tier = ""

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def close(self) -> None:
        """End the student process and all it started. Another use starts anew, and runs the earlier cells again."""
        self._end()

    def run_cell(self, index: int, source: str) -> CellRun:
        """Run one code cell.

        Args:
            index: its position in the notebook, from 0.
        """
        self._sources[index] = source
        run = self._run(self._alive(), index, source)
        if run.status in ("ok", "error"):
            self._ran[index] = source
        elif run.status == "memory":  # what it hoarded would count against every later cell
            ended = self._end()
            if ended is not None:
                return run._replace(excess=excess.of_memory(self._limits, ended.peak_bytes))
        return run

    @property
    def limits(self) -> Limits:
        return self._limits

    @contextmanager
    def calls(self) -> Iterator[ForkedCalls]:
        """A fork of the student process to call functions of, for one exercise; gone afterwards with all it changed."""
        self._out_of_time = 0
        forked = ForkedCalls(self, self._limits.check_s)
        try:
            yield forked
        finally:
            with suppress(StudentFault):  # if the student process has died, its next use will tell
                forked.close()

    def line_of(self, cell: int, line: int) -> tuple[int, str]:
        """A line of a cell that was run, as a student counts it, and its text; (0, "") where there is none."""
        lines = self._sources.get(cell, "").splitlines()
        line += _blank_lines(self._sources.get(cell, "")) if line else 0
        return (line, printable(lines[line - 1].strip(), 120)) if 0 < line <= len(lines) else (0, "")

    def begin_check(self) -> float:
        """Seconds that the calls of the next check may take; ``check_limit`` then says so, as the end of a sentence.

        They are fewer where checks have used up their time again and again: a notebook is graded in bounded time, and
        what is right in it, which answers at once, still gets its points.
        """
        check_s = self._limits.check_s
        if self._checks_seconds_left <= 0:
            used = f"all checks together took {ALL_CHECKS * check_s:g} s"
        elif self._out_of_time >= OUT_OF_TIME:
            used = f"{OUT_OF_TIME} checks of the exercise ran out of time"
        else:
            self.check_limit = excess.of_check_time(check_s)
            return check_s
        self.check_limit = excess.of_less_check_time(check_s, LESS, used)
        return check_s / LESS

    @contextmanager
    def checking(self) -> Iterator[float]:
        """Counts what is done for a check; gives the seconds that the server may take to fork or reap."""
        started = time.monotonic()
        try:
            yield SERVER_S if self._checks_seconds_left > 0 else SERVER_S / LESS
        except StudentTimeout:
            self._out_of_time += 1
            raise
        finally:
            self._checks_seconds_left -= time.monotonic() - started

    def start(self) -> None:
        """Start the student process, where it is not there."""
        self._alive()

    def fork(self) -> tuple[_Channel, int]:
        """A channel to a new fork of the student process, and its pid there."""
        channel = self._alive()
        ours, theirs = socket.socketpair()
        with theirs, self.checking() as server_s:
            try:
                reply, _ = channel.request(Fork, b"", server_s, fds=(theirs.fileno(),))
                if isinstance(reply, Forked):
                    return _Channel(ours), reply.pid
                raise WireError("A reply of the wrong kind.")
            except StudentTimeout:
                ours.close()
                raise self._death(StudentTimeout(f"its process did not fork within {server_s:g} s")) from None
            except (StudentFault, WireError) as error:
                ours.close()
                raise self._death(error) from None

    def reap(self, pid: int, *, wait: bool) -> str:
        """End a fork, and say how it had ended: in words, or "" for an orderly end and when nobody waits for it.

        Raises:
            StudentFault: the student process itself had ended, and why.
        """
        if self._channel is None:
            return ""
        with self.checking() as server_s:
            try:
                reply, _ = self._channel.request(lambda nonce: Reap(nonce, pid, wait), b"", server_s)
                if not isinstance(reply, Reaped):
                    raise WireError("A reply of the wrong kind.")
            except (StudentFault, WireError) as error:
                raise self._death(error) from None
        return _status_in_words(reply.status, self._limits)

    def _alive(self) -> _Channel:
        while self._channel is None:
            started = time.monotonic()
            spawned = self._zygote.spawn(self._limits)
            spawned.wait_ready(START_S)
            if self.tier:  # it is not the first one
                self._seconds_left -= time.monotonic() - started
            self._spawned, self.tier = spawned, spawned.tier
            self._channel = _Channel(spawned.wire)
            for path, content in self._files.items():
                self._put(self._channel, path, content)
            for index, source in list(self._ran.items()):
                self._run(self._channel, index, source)
                if self._channel is None:  # what ran well before kills now: go on without it
                    del self._ran[index]
                    break
        return self._channel

    def _put(self, channel: _Channel, path: str, content: bytes) -> None:
        try:
            reply, _ = channel.request(lambda nonce: Put(nonce, path), content, SERVER_S)
        except (StudentFault, WireError) as error:
            self._end()
            raise SandboxError(f"{path} could not be copied into the sandbox: {error.message}.") from None
        if not isinstance(reply, Answered):
            self._end()
            raise SandboxError(
                f"{path} could not be copied into the sandbox.",
                f"The scratch folder holds {self._limits.disk_bytes} bytes: raise disk_bytes or make it smaller.",
            )

    def _run(self, channel: _Channel, index: int, source: str) -> CellRun:
        limits = self._limits
        if self._seconds_left <= 0:
            return CellRun("timeout", [], detail=f"all cells together ran for {ALL_CELLS * limits.cell_s:g} s")
        output_bytes = max(LEAST_OUTPUT_BYTES, min(limits.output_bytes, self._output_bytes_left))
        started = time.monotonic()
        try:
            reply, raw = channel.request(
                lambda nonce: RunCell(nonce, index, source, limits.cell_s, output_bytes),
                b"",
                limits.cell_s + GRACE_S,
                max_blob_bytes=ESCAPED * output_bytes + OVERHEAD_BYTES,
            )
            self._output_bytes_left -= len(raw)
            if not isinstance(reply, CellDone):
                raise WireError("A reply of the wrong kind.")
            line = reply.line + _blank_lines(source) if reply.line else 0
            passed = excess.of_cell_time(limits) if reply.status == "timeout" else excess.of(reply.limit, limits)
            return CellRun(reply.status, from_json(raw, output_bytes), reply.truncated, line, excess=passed)
        except StudentTimeout:
            self._end()
            return CellRun("timeout", [], detail=f"it ignored its interrupt: {excess.of_cell_time(limits)}")
        except (StudentFault, WireError) as error:
            death = self._death(error)
            return CellRun("memory" if isinstance(death, StudentMemory) else "crashed", [], detail=death.message)
        finally:
            self._seconds_left -= time.monotonic() - started

    def _death(self, error: StudentFault | WireError) -> StudentFault:
        """Ends the student process, and says why it died.

        Raises:
            SandboxError: it was not its own doing: the process that watches it was killed.
        """
        ended = self._end()
        if ended is not None and ended.reason == "lost":
            raise SandboxError(
                "The process that watches the student process was killed.", "Run the same command again."
            )
        if ended is not None and ended.reason == "memory":
            return StudentMemory(excess.of_memory(self._limits, ended.peak_bytes))
        if ended is not None and ended.reason == "processes":
            return StudentCrashed(f"it started too many: {excess.of('processes', self._limits)}")
        if ended is not None and ended.reason == "disk":
            return StudentCrashed(f"it wrote too much or too many files: {excess.of('disk', self._limits)}")
        if isinstance(error, WireError):
            return StudentCrashed(f"it broke the protocol ({error.message})")
        words = _status_in_words(ended.status, self._limits) if ended is not None and ended.reason != "killed" else ""
        return type(error)(words or error.message) if isinstance(error, StudentTimeout | StudentCrashed) else error

    def _end(self) -> Exit | None:
        if self._channel is not None:
            self._channel.close()
            self._channel = None
        spawned, self._spawned = self._spawned, None
        return spawned.kill() if spawned is not None else None


class ForkedCalls:
    """Calls to a fork of the student process, made when first needed and made anew after one died.

    Attributes:
        deadline: seconds of ``time.monotonic`` by which all calls of the current check must be answered.
    """

    def __init__(self, session: Session, check_s: float) -> None:
        self._session = session
        self._check_s = check_s
        self._channel: _Channel | None = None
        self._pid = 0
        self.deadline = time.monotonic() + check_s

    def begin_check(self) -> None:
        """Start the clock of a check."""
        self._check_s = self._session.begin_check()
        self.deadline = time.monotonic() + self._check_s

    def request(self, make: Callable[[int], Call | Probe | Read], blob: bytes) -> tuple[Reply, bytes]:
        if self._channel is None:
            started = time.monotonic()
            self._session.start()
            self.deadline += time.monotonic() - started  # the time it took to start again is not the student's
            self._channel, self._pid = self._session.fork()
        try:
            with self._session.checking():
                reply = self._channel.request(make, blob, self._seconds_left())
            if isinstance(reply[0], Failed) and reply[0].kind == "memory":
                self.close()
                self._session.close()  # what is still held, or a kill that is on its way, would hit the next check
            return reply
        except StudentTimeout:
            self.close()
            raise StudentTimeout(self._session.check_limit) from None
        except StudentCrashed as error:
            raise StudentCrashed(self.close(wait=True) or error.message) from None
        except WireError:
            self.close()
            raise

    def _seconds_left(self) -> float:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise StudentTimeout("")
        return left

    def line_of(self, cell: int, line: int) -> tuple[int, str]:
        return self._session.line_of(cell, line)

    @contextmanager
    def apart(self, world: str = "cpu") -> Iterator[ForkedCalls]:
        """Calls to another fork; its time is that of the current check."""
        other = ForkedCalls(self._session, self._check_s)
        other.deadline = self.deadline
        try:
            yield other
        finally:
            self.deadline = other.deadline
            with suppress(StudentFault):  # if the student process has died, its next use will tell
                other.close()

    def excess(self, failed: Failed) -> str:
        return excess.of(failed.limit, self._session.limits)

    def close(self, *, wait: bool = False) -> str:
        """End the fork; with ``wait``, how it had ended, in words."""
        if self._channel is None:
            return ""
        self._channel.close()
        self._channel = None
        return self._session.reap(self._pid, wait=wait)


def _blank_lines(source: str) -> int:
    """Blank lines before a cell's first line of code: IPython does not count them."""
    return len(source) - len(source.lstrip("\n"))


def _status_in_words(status: int, limits: Limits) -> str:
    if status < 0:
        passed = excess.of_signal(status, limits)
        try:
            return f"signal {signal.Signals(-status).name}{passed and f': {passed}'}"
        except ValueError:
            return f"signal {-status}"
    return f"exit status {status}" if status else ""
