"""The pages of ``nbgrader generate_feedback``, as inert as ours.

nbgrader's template loads MathJax from the network, and fonts from a folder that is not there. Here it asks for neither:
formulas stay as typed.
"""

from __future__ import annotations

import re
from typing import Any

from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode

from autograder.errors import GraderError
from autograder.reports.inert import POLICY

_SCRIPT = re.compile(r"<script\b.*?</script\s*>", re.DOTALL | re.IGNORECASE)
_FONT = re.compile(r"@font-face\s*\{[^}]*\}")
_HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)


class InertHTMLExporter(HTMLExporter):
    """nbconvert's exporter without the template's own scripts, and with a policy that allows none."""

    def from_notebook_node(self, nb: NotebookNode, resources: Any = None, **kw: Any) -> tuple[Any, dict[str, Any]]:
        page, resources = super().from_notebook_node(nb, resources, **kw)
        policy = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        page, heads = _HEAD.subn(lambda head: head[0] + policy, _FONT.sub("", _SCRIPT.sub("", page)), count=1)
        if not heads:
            raise GraderError("nbgrader's page has no <head>, so nothing can forbid scripts in it.")
        return page, resources
