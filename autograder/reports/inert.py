"""Makes what a student chose harmless on a page: text, Markdown, figures.

Nothing here decides what a page looks like. A page's Content-Security-Policy stands behind all of this, and would stop
a script that got through.
"""

from __future__ import annotations

import base64
import binascii
import re
import struct
import unicodedata
from collections.abc import Mapping
from typing import Any

import nh3
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import escape
from nbconvert.filters.markdown_mistune import InvalidNotebook, IPythonRenderer, MarkdownWithMath

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
MAX_PIXELS = 20_000_000
MAX_MARKDOWN = 20_000  # characters: a few patterns take a time that grows with the square of their length
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_ESCAPE = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]?"  # CSI: colours, cursor
    r"|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?"  # OSC, DCS, SOS, PM, APC: titles, links, clipboard
    r"|\x1b[ -/]*[0-~]?"
    r"|\x9b[0-?]*[ -/]*[@-~]?"
)
_JOINERS = "\u200c\u200d"  # several scripts cannot be written without them
_IMAGE = re.compile(r"data:image/(?:png|jpeg|gif);base64,[A-Za-z0-9+/=\s]*\Z")


def clean(text: str, *, joiners: bool = False) -> str:
    """``text`` without escape sequences, and with every other character that cannot be seen written as ``\\u202e``.

    Args:
        joiners: keep the two joining characters that prose in some scripts needs; in code they only hide things.
    """
    lines = _ESCAPE.sub("", text).replace("\r\n", "\n").split("\n")
    text = "\n".join(line.rsplit("\r", 1)[-1] for line in lines)  # a progress bar goes back to the line's start
    kept = "\n\t" + (_JOINERS if joiners else "")
    return "".join(c if c in kept or unicodedata.category(c)[0] != "C" else _name(c) for c in text)


def _name(character: str) -> str:
    code = ord(character)
    return "" if code < 32 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


class _Renderer(IPythonRenderer):
    """nbconvert's, which gives up on a page where an attachment is missing or is none: here an image's words stay."""

    def _embed_image_or_attachment(self, src: str) -> str:
        try:
            return super()._embed_image_or_attachment(src)
        except (InvalidNotebook, AttributeError, TypeError, StopIteration):
            return ""


def markdown(text: str, attachments: Mapping[str, Any] | None = None) -> str:
    """Markdown as HTML without scripts, handlers, styles, frames, forms or addresses of images.

    Formulas stay as they are typed.

    Args:
        attachments: of the notebook's cell.
    """
    if len(text) > MAX_MARKDOWN:
        return f"<pre>{escape(clean(text[:MAX_MARKDOWN], joiners=True))}…</pre>"
    renderer = _Renderer(escape=False, attachments=dict(attachments or {}), exclude_anchor_links=True)
    rendered = MarkdownWithMath(renderer=renderer).render(clean(text, joiners=True))
    return nh3.clean(
        rendered,
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto", "data"},
        link_rel="noopener noreferrer nofollow",
    )


@pass_context
def nbgrader_markdown(context: Context, text: str) -> str:
    """:func:`markdown` as nbconvert's filter ``markdown2html``: for the formgrader and nbgrader's own feedback."""
    return markdown(text, context.get("cell", {}).get("attachments", {}))


def _attribute(tag: str, attribute: str, value: str) -> str | None:
    """Images are those in the text itself, since an address asks somebody; everything else never is."""
    if tag == "img" and attribute == "src":
        return value if _IMAGE.match(value) else None
    return None if value.strip().lower().startswith("data:") else value


def figure(data: Mapping[str, Any]) -> str | None:
    """A figure of an output as a ``data:`` address for ``<img src>``, where nothing in it can run; None without one."""
    png, svg = data.get("image/png"), data.get("image/svg+xml")
    if png is not None:
        return _png("".join(png))
    if svg is not None:
        text = "".join(svg)
        if "<!ENTITY" in text or "<svg" not in text:
            return None
        return "data:image/svg+xml;base64," + base64.b64encode(text.encode("utf-8", "replace")).decode()
    return None


def _png(text: str) -> str | None:
    try:
        raw = base64.b64decode(text)
        width, height = struct.unpack(">II", raw[16:24])
    except (binascii.Error, ValueError, struct.error):
        return None
    if not raw.startswith(_SIGNATURE) or not 0 < width * height <= MAX_PIXELS:
        return None
    return "data:image/png;base64," + base64.b64encode(raw).decode()
