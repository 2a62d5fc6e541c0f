"""The catalogue of known mistakes: what an answer shows about the code that gave it, and what to try next.

Keys are shared by all assignments, so the texts speak of the mistake and not of one function. The explanation follows a
sentence that says what was answered and what was expected; the hint never gives the solution.
"""

from __future__ import annotations

from typing import NamedTuple


class Misconception(NamedTuple):
    """A known mistake: one or two sentences on what the code seems to do, and one on what to try next."""

    explanation: str
    hint: str


CATALOGUE: dict[str, Misconception] = {
    # 01_neuron
    # 03_losses
}
