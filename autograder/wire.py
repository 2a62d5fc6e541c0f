"""The wire between grader and student: framed, bounded, plain data only.

A frame is two big-endian 32-bit lengths, a MessagePack header of at most ``MAX_HEADER_BYTES`` and a blob that holds
the raw bytes of the header's tensors, one after another. What crosses is exactly: None, bool, int of 64 bits, float,
str, bytes, list, tuple, dict with str keys, and dense tensors of the dtypes in ``DTYPES``. Of subclasses, NumPy's
numbers, named tuples and the dicts of ``collections`` cross as what they are made of, and no other. Nothing is ever
unpickled, there are no extension types, and a reader copies what it accepts.

Every request carries a nonce and every reply repeats it, so that a late, doubled or forged reply is a protocol error.

Sources: the MessagePack specification; https://jcristharif.com/msgspec for the strict typed decoding used here.
"""

from __future__ import annotations

import math
import socket
import struct
import time
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Literal

import msgspec
import numpy
import torch

from autograder.errors import StudentNotPlain, WireError

MAX_HEADER_BYTES = 1 << 20
MAX_BLOB_BYTES = 64 << 20
MAX_DEPTH = 16
MAX_ITEMS = 50_000
MAX_DIMS = 16

DTYPES: dict[str, torch.dtype] = {
    str(d).removeprefix("torch."): d
    for d in (
        torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64,
        torch.float16, torch.bfloat16, torch.float32, torch.float64, torch.complex64, torch.complex128,
    )
}  # fmt: skip
_DTYPE_NAMES = {dtype: name for name, dtype in DTYPES.items()}
_LENGTHS = struct.Struct("!II")


class _Tagged(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="k"):
    """Base of everything that crosses."""


class TensorValue(_Tagged, frozen=True, tag="tensor"):
    """A dense tensor; its bytes are the next ones of the blob."""

    dtype: str
    shape: tuple[int, ...]


class BytesValue(_Tagged, frozen=True, tag="bytes"):
    """The next ``size`` bytes of the blob."""

    size: int


class ListValue(_Tagged, frozen=True, tag="list"):
    items: list[Value]


class TupleValue(_Tagged, frozen=True, tag="tuple"):
    items: list[Value]


class DictValue(_Tagged, frozen=True, tag="dict"):
    items: list[tuple[str, Value]]


class OpaqueValue(_Tagged, frozen=True, tag="opaque"):
    """Something that is not plain: only the name of its type crosses."""

    type_name: str


Value = None | bool | int | float | str | TensorValue | BytesValue | ListValue | TupleValue | DictValue | OpaqueValue


class RunCell(_Tagged, frozen=True, tag="run_cell"):
    """Run a code cell as Jupyter would. ``index`` is its position in the notebook, from 0."""

    nonce: int
    index: int
    source: str
    timeout_s: float
    output_bytes: int


class Put(_Tagged, frozen=True, tag="put"):
    """Write the blob to the file ``path``, relative to the notebook's folder."""

    nonce: int
    path: str


class Call(_Tagged, frozen=True, tag="call"):
    """Call a global of the notebook. ``return_args`` sends the arguments back as they are after the call."""

    nonce: int
    name: str
    args: list[Value]
    kwargs: dict[str, Value]
    return_args: bool = False


class Probe(_Tagged, frozen=True, tag="probe"):
    """Run one of ``autograder.student.probes`` on the notebook's globals."""

    nonce: int
    name: str
    args: list[Value]
    kwargs: dict[str, Value]


class Read(_Tagged, frozen=True, tag="read"):
    """The value of a global of the notebook."""

    nonce: int
    name: str


class Fork(_Tagged, frozen=True, tag="fork"):
    """Fork, and let the child answer on the socket that comes with this frame."""

    nonce: int


class Reap(_Tagged, frozen=True, tag="reap"):
    """Kill the forked child ``pid`` if it still runs; report how it ended, or with ``wait`` off go on at once."""

    nonce: int
    pid: int
    wait: bool


Limit = Literal["", "memory", "disk", "processes"]
Request = RunCell | Put | Call | Probe | Read | Fork | Reap


class Answered(_Tagged, frozen=True, tag="answered"):
    """A call's result, the arguments after it where asked for, and the warnings it gave."""

    nonce: int
    value: Value
    args: list[Value] = []
    kwargs: dict[str, Value] = {}
    warnings: tuple[str, ...] = ()


class Failed(_Tagged, frozen=True, tag="failed"):
    """A call that gave no result.

    Attributes:
        kind: ``missing`` (no such global, or not callable), ``stub`` (NotImplementedError), ``memory``, ``raised``.
        cell: index of the cell that holds the student's line, -1 where it is not known; ``line`` from 1.
        limit: what there was not enough of, as far as the exception tells.
    """

    nonce: int
    kind: Literal["missing", "stub", "memory", "raised"]
    type_name: str = ""
    cell: int = -1
    line: int = 0
    limit: Limit = ""


class CellDone(_Tagged, frozen=True, tag="cell_done"):
    """A cell has run; its outputs are the blob, as JSON (see ``autograder.student.shell``)."""

    nonce: int
    status: Literal["ok", "error", "timeout", "memory"]
    truncated: bool = False
    line: int = 0
    limit: Limit = ""


class Forked(_Tagged, frozen=True, tag="forked"):
    nonce: int
    pid: int


class Reaped(_Tagged, frozen=True, tag="reaped"):
    """``status`` as from ``os.waitstatus_to_exitcode``: negative for a signal."""

    nonce: int
    status: int


Reply = Answered | Failed | CellDone | Forked | Reaped

_encoder = msgspec.msgpack.Encoder()
_request_decoder = msgspec.msgpack.Decoder(Request)
_reply_decoder = msgspec.msgpack.Decoder(Reply)


# --- plain values ---------------------------------------------------------------------------------------------------


class Packer:
    """Turns Python objects into ``Value`` trees and collects their tensors' bytes.

    Exact types, and what can be taken apart into them: any other subclass of int, str or Tensor becomes an
    :class:`OpaqueValue`, since it may lie.
    """

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self._items = 0

    @property
    def blob(self) -> bytes:
        return b"".join(self.parts)

    def pack(self, value: object, depth: int = 0) -> Value:
        """``value`` as a Value tree; anything that is not plain, or too deep or large, becomes opaque."""
        kind = type(value)
        self._items += 1
        if depth > MAX_DEPTH or self._items > MAX_ITEMS:
            return OpaqueValue("value nested too deep or with too many items")
        if value is None or kind is bool or kind is float:
            return value  # type: ignore[return-value]
        if kind is bytes:
            self.parts.append(value)  # type: ignore[arg-type]
            return BytesValue(len(value))  # type: ignore[arg-type]
        if kind is int:
            return value if -(2**63) <= value < 2**63 else OpaqueValue("int of more than 64 bits")  # type: ignore[operator,return-value]
        if kind is str:
            return value if _is_utf8(value) else OpaqueValue("str that is not valid Unicode")  # type: ignore[arg-type,return-value]
        if kind is list:
            return ListValue([self.pack(v, depth + 1) for v in value])  # type: ignore[attr-defined]
        if kind is tuple:
            return TupleValue([self.pack(v, depth + 1) for v in value])  # type: ignore[attr-defined]
        if kind is dict:
            if all(type(k) is str and _is_utf8(k) for k in value):  # type: ignore[attr-defined]
                return DictValue([(k, self.pack(v, depth + 1)) for k, v in value.items()])  # type: ignore[attr-defined]
            return OpaqueValue("dict whose keys are not all str")
        if kind is torch.Tensor or kind is torch.nn.Parameter:
            return self._pack_tensor(value)  # type: ignore[arg-type]
        if issubclass(kind, numpy.generic):
            return self.pack(value.item(), depth + 1)  # type: ignore[attr-defined]
        if issubclass(kind, tuple):
            return self.pack(tuple.__getitem__(value, slice(None)), depth + 1)  # type: ignore[call-overload]
        if kind in (OrderedDict, defaultdict, Counter):
            return self.pack(dict(value), depth + 1)  # type: ignore[call-overload]
        return OpaqueValue(type_name(kind))

    def _pack_tensor(self, tensor: torch.Tensor) -> Value:
        name = _DTYPE_NAMES.get(tensor.dtype)
        if name is None or tensor.layout is not torch.strided or tensor.is_meta or tensor.dim() > MAX_DIMS:
            return OpaqueValue(f"tensor of {tensor.dtype} with layout {tensor.layout}")
        if tensor.numel() * tensor.element_size() > MAX_BLOB_BYTES:
            return OpaqueValue("tensor larger than 64 MiB")
        plain = tensor.detach().cpu().resolve_conj().resolve_neg().contiguous()
        plain = plain.as_strided((plain.numel(),), (1,))  # a contiguous tensor of one element may have any stride
        self.parts.append(plain.view(torch.uint8).numpy().tobytes() if plain.numel() else b"")
        return TensorValue(name, tuple(tensor.shape))


class Unpacker:
    """The inverse of :class:`Packer`, for a reader that trusts nothing.

    Raises:
        WireError: the tree and the blob do not fit together.
        StudentNotPlain: the value, or something in it, is opaque.
    """

    def __init__(self, blob: bytes) -> None:
        self._blob = memoryview(blob)
        self._offset = 0

    def unpack(self, value: Value, depth: int = 0) -> Any:
        """A fresh plain Python object."""
        if isinstance(value, OpaqueValue):
            raise StudentNotPlain(printable(value.type_name, 80))
        if depth > MAX_DEPTH:
            raise WireError("A value that is nested too deep.")
        if isinstance(value, ListValue):
            return [self.unpack(v, depth + 1) for v in value.items]
        if isinstance(value, TupleValue):
            return tuple(self.unpack(v, depth + 1) for v in value.items)
        if isinstance(value, DictValue):
            result = {key: self.unpack(v, depth + 1) for key, v in value.items}
            if len(result) != len(value.items):
                raise WireError("A dict with the same key twice.")
            return result
        if isinstance(value, TensorValue):
            return self._unpack_tensor(value)
        if isinstance(value, BytesValue):
            return bytes(self._take(value.size))
        return value

    def finish(self) -> None:
        """Raises WireError unless every byte of the blob was used."""
        if self._offset != len(self._blob):
            raise WireError(f"{len(self._blob) - self._offset} bytes too many in the blob.")

    def _unpack_tensor(self, value: TensorValue) -> torch.Tensor:
        dtype = DTYPES.get(value.dtype)
        if dtype is None:
            raise WireError("A tensor of a dtype that is not allowed.")
        if len(value.shape) > MAX_DIMS or any(not 0 <= n < 2**31 for n in value.shape):
            raise WireError("A tensor of an impossible shape.")
        if math.prod(max(n, 1) for n in value.shape) >= 2**60:  # an empty tensor's strides overflow like any other's
            raise WireError("A tensor of an impossible shape.")
        raw = self._take(math.prod(value.shape) * dtype.itemsize)
        if not raw:
            return _empty(value.shape, dtype)
        if dtype is torch.bool and raw.tobytes().strip(b"\x00\x01"):
            raise WireError("A bool tensor with bytes other than 0 and 1.")
        return torch.frombuffer(bytearray(raw), dtype=dtype).reshape(value.shape)

    def _take(self, size: int) -> memoryview:
        raw = self._blob[self._offset : self._offset + size] if size >= 0 else self._blob[:0]
        if len(raw) != size:
            raise WireError(f"A value of {size} bytes, of which {len(raw)} came.")
        self._offset += size
        return raw


def _empty(shape: tuple[int, ...], dtype: torch.dtype) -> torch.Tensor:
    try:
        return torch.empty(shape, dtype=dtype)
    except RuntimeError:  # no element, and strides of more than 64 bits
        raise WireError("A tensor of an impossible shape.") from None


def type_name(kind: type) -> str:
    """A type's dotted name, short and printable; ``builtins`` is left out."""
    module, name = str(getattr(kind, "__module__", "")), str(getattr(kind, "__qualname__", "object"))
    return printable(name if module in ("builtins", "") else f"{module}.{name}", 80)


def printable(text: str, length: int) -> str:
    """``text`` on one line, without control or formatting characters, cut to ``length`` characters."""
    clean = "".join(c if c.isprintable() else " " for c in text[: 4 * length])
    return clean if len(clean) <= length else clean[: length - 1] + "…"


def _is_utf8(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


# --- frames ---------------------------------------------------------------------------------------------------------


def encode(message: Request | Reply) -> bytes:
    """A message's header bytes."""
    return _encoder.encode(message)


def decode_request(header: bytes) -> Request:
    """Raises WireError on anything that is not a request."""
    request: Request = _decode(_request_decoder, header)
    return request


def decode_reply(header: bytes) -> Reply:
    """Raises WireError on anything that is not a reply."""
    reply: Reply = _decode(_reply_decoder, header)
    return reply


def _decode(decoder: msgspec.msgpack.Decoder[Any], header: bytes) -> Any:
    try:
        return decoder.decode(header)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise WireError(f"A malformed header: {printable(str(error), 120)}.") from None


def send_frame(
    connection: socket.socket,
    header: bytes,
    blob: bytes = b"",
    *,
    deadline: float = math.inf,
    fds: Iterable[int] = (),
) -> None:
    """Send one frame before ``deadline`` (seconds of ``time.monotonic``).

    Raises:
        WireError: the frame is larger than a reader accepts.
        TimeoutError: the deadline passed.
        OSError: the other end is gone.
    """
    if len(header) > MAX_HEADER_BYTES or len(blob) > MAX_BLOB_BYTES:
        raise WireError(f"A frame of {len(header)} + {len(blob)} bytes is too large to send.")
    data = memoryview(_LENGTHS.pack(len(header), len(blob)) + header + blob)
    connection.settimeout(_remaining(deadline))
    sent = socket.send_fds(connection, [data[:1]], list(fds)) if fds else 0
    while sent < len(data):
        connection.settimeout(_remaining(deadline))
        sent += connection.send(data[sent : sent + (1 << 18)])


def receive_frame(
    connection: socket.socket,
    *,
    deadline: float = math.inf,
    max_blob_bytes: int = MAX_BLOB_BYTES,
    max_fds: int = 0,
) -> tuple[bytes, bytes, list[int]]:
    """One frame's header, blob and file descriptors.

    Raises:
        EOFError: the other end closed the connection, in the middle of a frame or before it.
        TimeoutError: the whole frame did not come before ``deadline`` (seconds of ``time.monotonic``).
        WireError: it announces more bytes than are allowed.
    """
    fds: list[int] = []
    if max_fds:
        connection.settimeout(_remaining(deadline))
        first, fds, _, _ = socket.recv_fds(connection, 1, max_fds)
        if not first:
            raise EOFError
        lengths = first + b"".join(_receive(connection, _LENGTHS.size - 1, deadline))
    else:
        lengths = b"".join(_receive(connection, _LENGTHS.size, deadline))
    header_bytes, blob_bytes = _LENGTHS.unpack(lengths)
    if header_bytes > MAX_HEADER_BYTES or blob_bytes > max_blob_bytes:
        raise WireError(f"A frame that announces {header_bytes} + {blob_bytes} bytes.")
    header = b"".join(_receive(connection, header_bytes, deadline))
    return header, b"".join(_receive(connection, blob_bytes, deadline)), fds


def _receive(connection: socket.socket, size: int, deadline: float) -> Iterator[bytes]:
    while size:
        connection.settimeout(_remaining(deadline))
        chunk = connection.recv(min(size, 1 << 18))
        if not chunk:
            raise EOFError
        size -= len(chunk)
        yield chunk


def _remaining(deadline: float) -> float | None:
    if deadline == math.inf:
        return None
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
