"""The wire carries plain values exactly, and refuses everything else in bounded time and memory."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections import Counter, OrderedDict, defaultdict, namedtuple

import msgspec
import numpy
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder import wire
from autograder.errors import StudentNotPlain, WireError


def there_and_back(value: object) -> object:
    packer = wire.Packer()
    header = wire.encode(wire.Answered(7, packer.pack(value)))
    reply = wire.decode_reply(header)
    assert isinstance(reply, wire.Answered)
    unpacker = wire.Unpacker(packer.blob)
    result = unpacker.unpack(reply.value)
    unpacker.finish()
    return result


plain_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.binary(max_size=50),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(plain_values)
@settings(max_examples=150, deadline=None)
def test_plain_values_come_back_equal_and_of_the_same_type(value):
    result = there_and_back(value)
    assert result == value
    assert repr(result) == repr(value)


@pytest.mark.parametrize("dtype", wire.DTYPES.values(), ids=str)
@pytest.mark.parametrize("shape", [(), (3,), (0, 4), (2, 1, 3)], ids=str)
def test_tensors_come_back_bit_for_bit(dtype, shape):
    tensor = (torch.rand(shape) * 100).to(dtype)
    result = there_and_back(tensor)
    assert type(result) is torch.Tensor
    assert result.dtype == dtype
    assert result.shape == shape
    assert torch.equal(result, tensor)


def test_views_and_parameters_come_back_as_plain_tensors():
    weight = torch.nn.Parameter(torch.arange(6.0).reshape(2, 3))
    result = there_and_back([weight, weight.t(), torch.ones(2, dtype=torch.complex64).conj()])
    assert [type(r) for r in result] == [torch.Tensor] * 3
    assert torch.equal(result[1], weight.detach().t())


def test_a_single_element_of_a_wider_row_crosses():
    column = torch.tensor([[1.0, 2.0]], dtype=torch.float64)[:, 1]
    assert column.is_contiguous()
    assert column.stride() == (2,)
    assert torch.equal(there_and_back(column), column)


class IntegerOfMyOwn(int):
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = int.__hash__


class TensorOfMyOwn(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        return True


class AlwaysEqual:
    __class__ = property(lambda self: float)

    def __eq__(self, other: object) -> bool:
        return True


@pytest.mark.parametrize(
    "liar",
    [
        IntegerOfMyOwn(1),
        type("S", (str,), {})("x"),
        torch.ones(2).as_subclass(TensorOfMyOwn),
        AlwaysEqual(),
        {1: 2},
        {3, 4},
        2**64,
        "\ud800",
        torch.ones(2).to_sparse(),
        torch.ones(2, device="meta"),
        lambda: 1,
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_not_plain_crosses_as_the_name_of_its_type_only(liar):
    with pytest.raises(StudentNotPlain):
        there_and_back([liar])


@pytest.mark.parametrize(
    ("known", "plain"),
    [
        (numpy.float64(0.5), 0.5),
        (numpy.float32(0.5), 0.5),
        (numpy.int64(3), 3),
        (numpy.bool_(True), True),
        (namedtuple("Pair", "a b")(1, 2.0), (1, 2.0)),
        (torch.Size([2, 3]), (2, 3)),
        (OrderedDict(a=1), {"a": 1}),
        (defaultdict(int, a=1), {"a": 1}),
        (Counter("aab"), {"a": 2, "b": 1}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_well_known_subclasses_cross_as_what_they_are_made_of(known, plain):
    (value,) = there_and_back([known])
    assert value == plain
    assert type(value) is type(plain)


def test_numbers_that_cannot_be_taken_apart_do_not_cross():
    with pytest.raises(StudentNotPlain):
        there_and_back([numpy.longdouble(1)])
    with pytest.raises(StudentNotPlain):
        there_and_back([numpy.datetime64("2026-01-01")])


def test_nesting_and_length_are_bounded():
    deep: list[object] = []
    for _ in range(200):
        deep = [deep]
    with pytest.raises(StudentNotPlain, match="deep"):
        there_and_back(deep)
    with pytest.raises(StudentNotPlain, match="many"):
        there_and_back([0] * (wire.MAX_ITEMS + 1))


@pytest.mark.parametrize(
    ("dtype", "shape", "blob"),
    [
        ("float32", (2,), b"\0" * 7),
        ("float32", (2,), b"\0" * 9),
        ("float32", (-1,), b"\0" * 4),
        ("float32", (2**62, 4), b""),
        ("float32", (0, 2**62), b""),
        ("float32", (0, 2**31 - 1, 2**31 - 1, 2**31 - 1), b""),
        ("object", (1,), b"\0" * 8),
        ("bool", (2,), b"\x02\x01"),
        ("float32", (1,) * 17, b"\0" * 4),
    ],
)
def test_a_tensor_that_does_not_fit_its_bytes_is_refused(dtype, shape, blob):
    unpacker = wire.Unpacker(blob)
    with pytest.raises(WireError):
        unpacker.unpack(wire.TensorValue(dtype, shape))
        unpacker.finish()


def test_a_value_that_is_nested_too_deep_is_refused():
    value: wire.Value = None
    for _ in range(wire.MAX_DEPTH + 1):
        value = wire.ListValue([value])
    with pytest.raises(WireError, match="deep"):
        wire.Unpacker(b"").unpack(value)
    wire.Unpacker(b"").unpack(value.items[0])


def test_a_dict_with_a_key_twice_is_refused():
    with pytest.raises(WireError):
        wire.Unpacker(b"").unpack(wire.DictValue([("a", 1), ("a", 2)]))


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"\x91" * 100_000,
        b"\xdd\xff\xff\xff\xff",
        b"\xc6\xff\xff\xff\xff",
        b"\xdd" + struct.pack(">I", 1_000_000) + b"\x90" * 1_000_000,
        msgspec.msgpack.encode({"k": "answered", "nonce": 1, "value": None, "surplus": 1}),
        msgspec.msgpack.encode({"k": "answered", "nonce": "1", "value": None}),
        msgspec.msgpack.encode({"k": "run_cell", "nonce": 1}),
        msgspec.msgpack.encode({"k": "answered", "nonce": 1, "value": msgspec.msgpack.Ext(1, b"x")}),
        wire.encode(wire.Answered(1, None)) + b"\0",
    ],
    ids=range(10),
)
def test_a_malformed_header_is_an_error_of_the_wire(header):
    with pytest.raises(WireError):
        wire.decode_reply(header)


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_random_bytes_never_do_more_than_raise(data):
    for decode in (wire.decode_reply, wire.decode_request):
        try:
            decode(data)
        except WireError:
            continue


@given(st.integers(0, 10_000), st.integers(0, 255))
@settings(max_examples=200, deadline=None)
def test_a_frame_with_one_byte_changed_is_read_or_refused(position, byte):
    packer = wire.Packer()
    header = bytearray(wire.encode(wire.Answered(1, packer.pack({"a": [torch.ones(2, 3), "x", 1.5]}))))
    header[position % len(header)] = byte
    try:
        reply = wire.decode_reply(bytes(header))
        if isinstance(reply, wire.Answered):
            wire.Unpacker(packer.blob).unpack(reply.value)
    except (WireError, StudentNotPlain):
        return


@pytest.fixture
def connections():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def test_frames_cross_with_file_descriptors(connections):
    ours, theirs = connections
    with socket.socket() as other:
        wire.send_frame(ours, b"head", b"blob", fds=[other.fileno()])
        header, blob, fds = wire.receive_frame(theirs, max_fds=1)
        assert (header, blob, len(fds)) == (b"head", b"blob", 1)
        socket.socket(fileno=fds[0]).close()


def test_an_announced_size_over_the_limit_is_refused_before_anything_is_read(connections):
    ours, theirs = connections
    ours.sendall(struct.pack("!II", 10, 0xFFFFFFFF))
    with pytest.raises(WireError):
        wire.receive_frame(theirs)


def test_a_trickled_reply_meets_its_deadline(connections):
    ours, theirs = connections
    stop = threading.Event()

    def trickle():
        ours.sendall(struct.pack("!II", 1000, 0))
        while not stop.wait(0.05):
            ours.sendall(b"x")

    thread = threading.Thread(target=trickle)
    thread.start()
    try:
        with pytest.raises(TimeoutError):
            wire.receive_frame(theirs, deadline=time.monotonic() + 0.4)
    finally:
        stop.set()
        thread.join()


def test_a_reader_that_does_not_read_meets_the_senders_deadline(connections):
    ours, _ = connections
    with pytest.raises(TimeoutError):
        wire.send_frame(ours, b"h", b"x" * (8 << 20), deadline=time.monotonic() + 0.3)


def test_a_closed_connection_ends_a_frame(connections):
    ours, theirs = connections
    ours.sendall(struct.pack("!II", 10, 0) + b"abc")
    ours.close()
    with pytest.raises(EOFError):
        wire.receive_frame(theirs)


@pytest.mark.parametrize("shape", [(0, *(2**31 - 1,) * 3), (2**31 - 1,) * 15 + (0,), (2**31 - 1, 2**31 - 1)])
def test_a_shape_that_no_tensor_can_have_is_refused(shape):
    with pytest.raises(WireError):
        wire.Unpacker(b"").unpack(wire.TensorValue("float32", shape))
