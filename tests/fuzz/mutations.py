"""Damage, as hypothesis strategies: to any bytes, and to a notebook's structure."""

from __future__ import annotations

import copy
import json
import re
from typing import Any

from hypothesis import strategies as st

from tests.fuzz.course import ANSWERS

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null|[\[\]{}:,]')
_PIECES = (
    b"", b"\x00", b"\xff", b"\xc1", b'"', b"\\", b"\\ud800", b"\\u202e", b"{", b"[" * 3000, b"]}", b'{"a":' * 3000,
    b",", b"null", b"NaN", b"-Infinity", b"1e999", b"-0", b"9" * 400, b"18446744073709551616", b'"cells": []',
    b'"nbformat": 3', b'"source": 1', b'"\\u0000"', b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\x93\x01\x02\x03",
    b"\xc9\x7f\xff\xff\xff\x01", b"\xdd\xff\xff\xff\xff", b"\xdf\xff\xff\xff\xff",
)  # fmt: skip

_BLOWS = ("bit", "bit", "byte", "insert", "delete", "splice", "token", "token", "letter", "letter", "truncate")

text = st.text(st.characters(), max_size=30)  # surrogates too
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**25), 10**25) | st.floats() | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=6,
)


@st.composite
def damaged_bytes(draw: st.DrawFn, data: bytes) -> bytes:
    """``data`` after one to four blows: bits turned over, bytes cut out, put in, copied about, cut off."""
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        to = min(len(data), at + draw(st.integers(0, 40)))
        blow = draw(st.sampled_from(_BLOWS))
        if blow == "bit" and at < len(data):
            data = data[:at] + bytes([data[at] ^ 1 << draw(st.integers(0, 7))]) + data[at + 1 :]
        elif blow == "byte":
            data = data[:at] + draw(st.binary(min_size=1, max_size=4)) + data[at + 1 :]
        elif blow == "insert":
            data = data[:at] + draw(st.sampled_from(_PIECES) | st.binary(max_size=8)) + data[at:]
        elif blow == "delete":
            data = data[:at] + data[to:]
        elif blow == "splice":
            other = draw(st.integers(0, len(data)))
            data = data[:other] + data[at:to] + data[other:]
        elif blow == "token":
            data = _another_token(draw, data)
        elif blow == "letter":
            data = data[:at] + re.sub(rb"\w", draw(st.sampled_from([b"3", b"a", b"x", b"_"])), data[at:], count=1)
        elif blow == "truncate":
            data = data[:at]
    return data


def _another_token(draw: st.DrawFn, data: bytes) -> bytes:
    """One JSON token in the place of another, so that much of what comes out is still JSON."""
    tokens = list(_TOKEN.finditer(data))
    if not tokens:
        return data
    old, new = draw(st.sampled_from(tokens)), draw(st.sampled_from(tokens))
    replaced = draw(st.sampled_from([new[0], new[0], b"null", b"[]", b"{}", b'""', b"-1", b"9" * 30]))
    return data[: old.start()] + replaced + data[old.end() :]


CODE = (
    "", "raise NotImplementedError()", "def first(x:", "def first(x):\n    return x", "raise SystemExit",
    "first = None", "import os\nos._exit(3)", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
    "def f(): return f()\nf()",
    "class Equal:\n    __eq__ = lambda self, other: True\nfirst = third = lambda x: Equal()",
    "import torch\ntorch.equal = torch.allclose = lambda *a, **k: True", "9.0", "print('9.0')",
    "raise ValueError('\\x1b[2J')",
    "from IPython.display import HTML, display\ndisplay(HTML('<script>1</script>'))", "%%bash\nexit 3", "!exit 3",
    "%nope", "del first", "def third(name): return name", "first = second = third = lambda *a: float('nan')",
    "x = '\\ud800'; print(x)", "<script>alert(1)</script>", "# \u202e\u2066", "![x](attachment:x.png)", "$" * 50,
    "\x00", "\r\n" * 5, "\ufeff1",
)  # fmt: skip
GRADE_IDS = (
    "first",
    "test_first",
    "second",
    "test_second",
    "third",
    "test_third",
    "why",
    "title",
    "x",
    "",
    "../../x",
    "a" * 70,
)
HARMLESS = frozenset({"output", "attachment", "notebook", "id", "metadata"})
"""Kinds of damage after which an answer still has all its points."""

_DAMAGE = (
    "drop", "drop", "copy", "move", "swap", "retype", "rename", "settings", "rewrite", "rewrite", "rewrite", "shuffle",
    "output", "attachment", "notebook", "id", "metadata", "nest", "type", "lines",
)  # fmt: skip


@st.composite
def damaged_notebooks(draw: st.DrawFn, notebook: dict[str, Any]) -> tuple[dict[str, Any], set[str]]:
    """``notebook`` after one to eight blows, and of which kinds they were."""
    notebook = copy.deepcopy(notebook)
    kinds = draw(st.lists(st.sampled_from(_DAMAGE), min_size=1, max_size=8))
    for kind in kinds:
        cells = notebook["cells"]
        if not cells or kind == "notebook":
            _damage_notebook(draw, notebook)
            continue
        index, other = draw(st.integers(0, len(cells) - 1)), draw(st.integers(0, len(cells) - 1))
        if kind == "drop":
            del cells[index]
        elif kind == "copy":
            cells.insert(other, copy.deepcopy(cells[index]))
        elif kind == "move":
            cells.insert(other, cells.pop(index))
        elif kind == "swap":
            cells[index]["metadata"], cells[other]["metadata"] = cells[other]["metadata"], cells[index]["metadata"]
        elif kind == "shuffle":
            notebook["cells"] = draw(st.permutations(cells))
        else:
            _damage_cell(draw, cells[index], kind)
    return notebook, set(kinds)


def _damage_notebook(draw: st.DrawFn, notebook: dict[str, Any]) -> None:
    what = draw(st.sampled_from(["metadata", "minor", "extra"]))
    if what == "minor":
        notebook["nbformat_minor"] = draw(st.integers(-(10**19), 10**19) | json_values)
    else:
        notebook["metadata" if what == "metadata" else draw(st.sampled_from(["x", "worksheets", "signature"]))] = draw(
            json_values
        )


def _damage_cell(draw: st.DrawFn, cell: dict[str, Any], kind: str) -> None:
    settings = cell["metadata"].get("nbgrader") if isinstance(cell["metadata"], dict) else None
    if kind == "rewrite":
        cell["source"] = draw(st.sampled_from(CODE) | st.sampled_from(sorted(ANSWERS.values())) | text)
    elif kind == "lines":
        cell["source"] = draw(st.lists(text | json_values, max_size=4))
    elif kind == "retype":
        cell["cell_type"] = draw(st.sampled_from(["code", "markdown", "raw"]))
    elif kind == "type":
        cell["cell_type"] = draw(st.sampled_from(["heading", "", None, 3, ["code"], {}]))
    elif kind == "rename" and isinstance(settings, dict):
        settings["grade_id"] = draw(st.sampled_from(GRADE_IDS) | json_values)
    elif kind == "settings" and isinstance(settings, dict):
        name = draw(st.sampled_from(["points", "grade", "solution", "locked", "task", "schema_version", "cell_type"]))
        settings[name] = draw(st.sampled_from([1e9, -3, True, False, 10**19]) | json_values)
    elif kind == "output":
        cell["outputs"] = draw(json_values | st.lists(st.dictionaries(text, json_values, max_size=3), max_size=2))
    elif kind == "attachment":
        cell["attachments"] = draw(json_values | st.dictionaries(text, json_values, max_size=2))
    elif kind == "id":
        cell["id"] = draw(st.sampled_from(["first", "test-first", "why", "", "a" * 65]) | json_values)
    elif kind == "metadata" and isinstance(cell["metadata"], dict):
        cell["metadata"][draw(st.sampled_from(["tags", "autograder", "jupyter", "x"]))] = draw(json_values)
    elif kind == "nest":
        deep: Any = []
        for _ in range(draw(st.sampled_from([10, 300, 900]))):
            deep = [deep]
        cell["metadata"] = draw(st.sampled_from([deep, {"nbgrader": deep}, {"nbgrader": {"grade_id": deep}}]))


def as_json(notebook: dict[str, Any]) -> bytes:
    """The notebook's file; lone surrogates are written as they are, which is not UTF-8, or as escapes."""
    return json.dumps(notebook).encode("utf-8", "surrogatepass")
