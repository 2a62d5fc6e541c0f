"""Damaged frames are read or refused: by the readers alone, and in a session whose student is made of them."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from autograder import wire
from autograder.config import Limits
from autograder.errors import StudentFault, StudentNotPlain, WireError
from autograder.sandbox import session as sandbox_session
from autograder.sandbox.session import Session, call, probe, read
from autograder.sandbox.zygote import Exit
from tests.fuzz.frames import (
    assert_can_be_stored,
    assert_one_line,
    assert_outputs_read_or_refused,
    assert_plain,
    assert_read_or_refused,
    honest_outputs,
    honest_reply,
)
from tests.fuzz.mutations import damaged_bytes, text
from tests.fuzz.watch import deadline, memory_bounded

LIMITS = Limits(cell_s=0.05, check_s=0.1, output_bytes=4096)

_clean = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
_int = st.integers(-(2**63), 2**63 - 1)
_sizes = st.integers(-2, 6) | st.sampled_from([2**31 - 1, 2**31, 2**62, -(2**63)])
_shapes = st.lists(_sizes, max_size=18) | st.lists(st.sampled_from([0, 1, 2**31 - 1]), min_size=2, max_size=6)
_shallow = st.recursive(
    st.none() | st.booleans() | _int | st.floats() | _clean
    | st.builds(wire.TensorValue, st.sampled_from([*wire.DTYPES, "object", "quint8"]), _shapes.map(tuple))
    | st.builds(wire.BytesValue, _sizes)
    | st.builds(wire.OpaqueValue, _clean),
    lambda inner: (
        st.builds(wire.ListValue, st.lists(inner, max_size=3))
        | st.builds(wire.TupleValue, st.lists(inner, max_size=3))
        | st.builds(wire.DictValue, st.lists(st.tuples(_clean, inner), max_size=3))
    ),
    max_leaves=8,
)  # fmt: skip


def _nested(value: wire.Value, depth: int, kind: type) -> wire.Value:
    for _ in range(depth):
        value = kind([("k", value)] if kind is wire.DictValue else [value])
    return value


_kinds = st.sampled_from([wire.ListValue, wire.TupleValue, wire.DictValue])
values = _shallow | st.builds(_nested, _shallow, st.integers(0, 300), _kinds)
replies = (
    st.builds(
        wire.Answered, _int, values, st.lists(values, max_size=2), st.dictionaries(_clean, values, max_size=2),
        st.lists(_clean, max_size=2).map(tuple),
    )
    | st.builds(wire.Failed, _int, st.sampled_from(["missing", "stub", "memory", "raised"]), _clean, _int, _int)
    | st.builds(wire.CellDone, _int, st.sampled_from(["ok", "error", "timeout", "memory"]), st.booleans(), _int)
    | st.builds(wire.Forked, _int, _int)
    | st.builds(wire.Reaped, _int, _int)
)  # fmt: skip
requests = (
    st.builds(wire.Call, _int, _clean, st.lists(values, max_size=2), st.dictionaries(_clean, values, max_size=2))
    | st.builds(wire.RunCell, _int, _int, _clean, st.floats(), _int)
    | st.builds(wire.Put, _int, _clean)
    | st.builds(wire.Fork, _int)
)
blobs = st.binary(max_size=64) | st.integers(0, 256).map(bytes)


@pytest.fixture(autouse=True, scope="module")
def bounded() -> Iterator[None]:
    with memory_bounded(150 << 20):
        yield


@given(damaged_bytes(honest_reply()[0]), st.just(honest_reply()[1]) | damaged_bytes(honest_reply()[1]))
def test_replies_damaged_in_bytes(header: bytes, blob: bytes) -> None:
    with deadline():
        assert_read_or_refused(header, blob)


@given(replies.map(wire.encode).flatmap(lambda header: st.just(header) | damaged_bytes(header)), blobs)
def test_replies_of_any_content(header: bytes, blob: bytes) -> None:
    with deadline():
        assert_read_or_refused(header, blob)


@given(values, blobs)
def test_values_that_need_not_fit_their_bytes(value: wire.Value, blob: bytes) -> None:
    with deadline():
        try:
            assert_plain(wire.Unpacker(blob).unpack(value))
        except (WireError, StudentNotPlain) as refusal:
            assert_one_line(refusal)


@given(requests.map(wire.encode).flatmap(damaged_bytes))
def test_requests_damaged_in_bytes(header: bytes) -> None:
    with deadline():
        try:
            wire.decode_request(header)
        except WireError as refusal:
            assert_one_line(refusal)


@given(damaged_bytes(honest_outputs()))
def test_outputs_damaged_in_bytes(data: bytes) -> None:
    with deadline():
        assert_outputs_read_or_refused(data)


class FakeZygote:
    """Gives out student processes that are threads here, and answer as they are told.

    One whose answer ends in a byte of ``LAST`` closes its connection then; the others say nothing more until asked.
    """

    LAST = tuple(bytes([n]) for n in range(0, 256, 2))

    def __init__(self, answer: Callable[[wire.Request], bytes]) -> None:
        self._answer = answer
        self._threads: list[threading.Thread] = []

    def spawn(self, _limits: Limits) -> FakeSpawned:
        ours, theirs = socket.socketpair()
        self._start(theirs)
        return FakeSpawned(ours)

    def join(self) -> None:
        for thread in self._threads:  # grows while forks start
            thread.join(60)
            assert not thread.is_alive()

    def _start(self, connection: socket.socket) -> None:
        thread = threading.Thread(target=self._serve, args=(connection,))
        self._threads.append(thread)
        thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            while True:
                try:
                    header, _, fds = wire.receive_frame(connection, max_fds=1)
                    request = wire.decode_request(header)
                    for fd in fds:
                        self._start(socket.socket(fileno=fd))
                    answer = self._answer(request)
                    connection.sendall(answer)
                    if answer[-1:] in self.LAST:
                        return
                except (EOFError, OSError):
                    return


class FakeSpawned:
    tier = "A"

    def __init__(self, wire: socket.socket) -> None:
        self.wire = wire

    def wait_ready(self, timeout_s: float) -> None:
        pass

    def kill(self) -> Exit:
        self.wire.close()
        return Exit("exited", 0)


def frame(header: bytes, blob: bytes) -> bytes:
    return len(header).to_bytes(4, "big") + len(blob).to_bytes(4, "big") + header + blob


def honest_answer(request: wire.Request) -> bytes:
    if isinstance(request, wire.RunCell):
        return frame(wire.encode(wire.CellDone(request.nonce, "ok")), honest_outputs())
    if isinstance(request, wire.Fork):
        return frame(wire.encode(wire.Forked(request.nonce, 7)), b"")
    if isinstance(request, wire.Reap):
        return frame(wire.encode(wire.Reaped(request.nonce, 0)), b"")
    reply = wire.decode_reply(honest_reply()[0])
    return frame(wire.encode(msgspec.structs.replace(reply, nonce=request.nonce)), honest_reply()[1])


@st.composite
def answers(draw: st.DrawFn) -> list[bytes | None]:
    """What the student sends to one request after another; None stands for an honest reply."""
    reply = st.builds(lambda made, blob: frame(wire.encode(made), blob), replies, blobs)
    nonces = st.integers(1, 4).flatmap(
        lambda n: st.sampled_from(
            [wire.RunCell(n, 0, "", 1.0, 1), wire.Fork(n), wire.Reap(n, 7, True), wire.Read(n, "x")]
        )
    )
    near = nonces.map(honest_answer).flatmap(damaged_bytes)
    return draw(st.lists(st.none() | st.none() | near | reply, min_size=1, max_size=6))


@pytest.fixture(scope="module")
def impatient() -> Iterator[None]:
    """Sessions that wait for a silent student as long as a test can afford."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("SERVER_S", "GRACE_S"):
            patch.setattr(sandbox_session, name, 0.1)
        yield


@pytest.mark.usefixtures("impatient")
@given(script=answers())
def test_a_session_with_a_student_made_of_damaged_frames(script: list[bytes | None]) -> None:
    left = iter(script)

    def answer(request: wire.Request) -> bytes:
        damaged = next(left, None)
        return honest_answer(request) if damaged is None else damaged

    zygote = FakeZygote(answer)
    with deadline():
        with Session(zygote, LIMITS) as session:  # type: ignore[arg-type]
            use(session)
        zygote.join()


def use(session: Session) -> None:
    """What grading does with a session, each step once."""
    for index in range(2):
        run = session.run_cell(index, "\nx = 1\n")
        assert run.status in ("ok", "error", "timeout", "memory", "crashed")
        assert_can_be_stored(run.outputs)
    steps: list[Callable[[Any], Any]] = [
        lambda calls: call(calls, "f", (torch.ones(2),), {}, True),
        lambda calls: probe(calls, "p", ("f",), {}),
        lambda calls: read(calls, "x"),
    ]
    for step in steps:
        try:
            with session.calls() as calls:
                answer = step(calls)
                assert_plain([answer.value, answer.args, answer.kwargs])
        except StudentFault as fault:
            assert_one_line(fault)


def test_an_honest_student_passes_through_the_same_session() -> None:
    """The script above can do harm only if this student is believed."""
    zygote = FakeZygote(honest_answer)
    with Session(zygote, LIMITS) as session:  # type: ignore[arg-type]
        assert session.run_cell(0, "x").status == "ok"
        with session.calls() as calls:
            value = call(calls, "f", (torch.arange(3),), {}, True).value
    zygote.join()
    assert torch.equal(value["w"][0], torch.ones(2, 3))


@given(text, st.integers(1, 100))
def test_what_is_made_printable_is(value: str, length: int) -> None:
    made = wire.printable(value, length)
    assert made.isprintable()
    assert len(made) <= length
