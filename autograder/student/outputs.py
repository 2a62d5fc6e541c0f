"""A cell's outputs as plain bounded data, in nbformat 4's terms.

Source: https://nbformat.readthedocs.io/en/latest/format_description.html#code-cell-outputs
"""

from __future__ import annotations

import base64
from typing import Any

import msgspec

from autograder.errors import WireError
from autograder.wire import printable


class _Output(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="output_type"):
    """Base of the four kinds."""


class Stream(_Output, frozen=True, tag="stream"):
    name: str
    text: str


class DisplayData(_Output, frozen=True, tag="display_data"):
    """``data`` maps a MIME type to text, or to base64 text where the type is binary."""

    data: dict[str, str]
    metadata: dict[str, str] = {}


class ExecuteResult(_Output, frozen=True, tag="execute_result"):
    data: dict[str, str]
    execution_count: int | None = None
    metadata: dict[str, str] = {}


class ErrorOutput(_Output, frozen=True, tag="error"):
    ename: str
    evalue: str
    traceback: list[str]


Output = Stream | DisplayData | ExecuteResult | ErrorOutput

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(list[Output])
_OVERRUN_BYTES = 1 << 16  # of errors beyond the limit
_OVERHEAD_BYTES = 128  # counted for every output, so that a million empty ones are bounded too


class Collector:
    """Collects outputs up to a number of bytes; what comes after is dropped and ``truncated`` is set."""

    def __init__(self, limit_bytes: int) -> None:
        self._left = limit_bytes
        self._outputs: list[Output] = []
        self._stream: tuple[str, list[str]] | None = None
        self.truncated = False

    def write(self, name: str, text: str) -> None:
        """Text on a stream; consecutive text on one stream becomes one output."""
        if self._stream is None or self._stream[0] != name:
            if not self._take(_OVERHEAD_BYTES):
                return
            self._flush()
            self._stream = (name, [])
        encoded = text.encode("utf-8", "replace")
        kept = encoded[: max(self._left, 0)]
        self._take(len(encoded))
        if kept and self._stream is not None:
            self._stream[1].append(kept.decode("utf-8", "ignore"))

    def display(self, data: dict[str, Any], execution_count: int | None = None, result: bool = False) -> None:
        """A MIME bundle; values that are neither text nor bytes are left out."""
        clean = {str(mime): _text(value) for mime, value in data.items() if isinstance(value, str | bytes)}
        if self._take(_OVERHEAD_BYTES + sum(len(v.encode("utf-8", "replace")) for v in clean.values())):
            self._flush()
            self._outputs.append(ExecuteResult(clean, execution_count) if result else DisplayData(clean))

    def error(self, ename: str, evalue: str, traceback: list[str]) -> None:
        """An exception; its texts are cut to what is left, so that there is an error output even past the limit."""
        if self._left < -_OVERRUN_BYTES:
            return
        self._flush()
        room = max(self._left, 4096)
        text = "\n".join(traceback).encode("utf-8", "replace")[-room:].decode("utf-8", "ignore")
        self._outputs.append(ErrorOutput(_text(ename)[:200], _text(evalue)[:2000], text.split("\n")))
        self._take(len(text) + _OVERHEAD_BYTES)

    def clear(self) -> None:
        """Forget what was collected, as ``clear_output`` does; what it used stays used."""
        self._stream = None
        self._outputs.clear()

    def to_json(self) -> bytes:
        self._flush()
        return _encoder.encode(self._outputs)

    def _flush(self) -> None:
        if self._stream is not None:
            name, parts = self._stream
            self._stream = None
            if parts:
                self._outputs.append(Stream(name, "".join(parts)))

    def _take(self, size: int) -> bool:
        self._left -= size
        if self._left < 0:
            self.truncated = True
        return self._left >= 0


def from_json(data: bytes, limit_bytes: int) -> list[Output]:
    """What :meth:`Collector.to_json` wrote.

    Args:
        limit_bytes: that of the collector.

    Raises:
        WireError: anything else; or more outputs than a collector keeps, each of which costs time wherever it is shown.
    """
    try:
        outputs: list[Output] = _decoder.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise WireError(f"Malformed outputs: {printable(str(error), 120)}.") from None
    if len(outputs) > (limit_bytes + _OVERRUN_BYTES) // _OVERHEAD_BYTES + 2:
        raise WireError(f"{len(outputs)} outputs of a cell.")
    return outputs


def _text(value: str | bytes) -> str:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return value.encode("utf-8", "replace").decode("utf-8")
