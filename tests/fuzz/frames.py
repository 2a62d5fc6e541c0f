"""Honest frames to damage, and what must hold when one is read."""

from __future__ import annotations

from typing import Any

import msgspec
import torch

from autograder import wire
from autograder.errors import AutograderError, StudentNotPlain, WireError
from autograder.grading.outputs import inert
from autograder.student import outputs

EXACT = {type(None), bool, int, float, str, bytes, list, tuple, dict, torch.Tensor}


def honest_reply() -> tuple[bytes, bytes]:
    packer = wire.Packer()
    tree = packer.pack({"w": [torch.ones(2, 3), (1, 2.5, "text"), b"bytes", None, True], "deep": [[[[0]]]]})
    return wire.encode(wire.Answered(1, tree, [packer.pack(torch.arange(3))], {}, ("careful",))), packer.blob


def honest_outputs() -> bytes:
    collector = outputs.Collector(1 << 16)
    collector.write("stdout", "hello\n")
    collector.display({"text/plain": "3", "image/png": b"\x89PNG", "text/html": "<b>x</b>"}, 1, result=True)
    collector.error("ValueError", "bad", ["line 1", "line 2"])
    return collector.to_json()


def assert_read_or_refused(header: bytes, blob: bytes) -> None:
    """What a reader makes of a reply is of exact plain types, or one of its own exceptions."""
    try:
        reply = wire.decode_reply(header)
        if isinstance(reply, wire.Answered):
            unpacker = wire.Unpacker(blob)
            assert_plain([unpacker.unpack(v) for v in (reply.value, *reply.args, *reply.kwargs.values())])
            unpacker.finish()
    except (WireError, StudentNotPlain) as refusal:
        assert_one_line(refusal)


def assert_outputs_read_or_refused(data: bytes) -> None:
    """What a reader makes of a cell's outputs can be stored, or is a WireError."""
    try:
        shown = outputs.from_json(data, len(data))
    except WireError as refusal:
        assert_one_line(refusal)
    else:
        assert_can_be_stored(shown)


def assert_plain(value: Any) -> None:
    assert type(value) in EXACT
    for inner in value.values() if type(value) is dict else value if type(value) in (list, tuple) else ():
        assert_plain(inner)


def assert_can_be_stored(shown: list[outputs.Output]) -> None:
    for output in inert(msgspec.to_builtins(shown)):
        msgspec.json.encode(output).decode("utf-8")
        assert not {"text/html", "application/javascript"} & output.get("data", {}).keys()


def assert_one_line(error: AutograderError) -> None:
    """What a refusal says is one line, and nothing in it moves a cursor."""
    assert str(error).isprintable()
