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
    "labels_overlooked": Misconception(
        "Here the data come with the answers that are wanted.",
        "Ask of the task: is the right answer known for every example?",
    ),
    "clustering_is_supervised": Misconception(
        "Nobody gives the answers here: patterns are looked for in the data alone.",
        "Ask of the task: who would have written down the right answer for an example?",
    ),
    "reward_as_label": Misconception(
        "A reward says how well it went, not what the right action would have been.",
        "Ask of the task: is something tried first and judged afterwards?",
    ),
    "unknown_accepted": Misconception(
        "Something unknown got an answer where it should be refused.",
        "A missing key in a dict raises KeyError by itself: find what keeps it from doing so.",
    ),
    "sign_error": Misconception(
        "This is what comes out with a plus and a minus exchanged.",
        "Work one small example out by hand and follow every sign.",
    ),
    "overflow": Misconception(
        "The exponential of a large number is inf, or an error, and inf / inf is nan.",
        "Find another form of the formula, in which inf does no harm or exp never gets a large positive number.",
    ),
    "returns_tanh": Misconception(
        "This is the hyperbolic tangent, which runs from -1 to 1.",
        "Compare the range of your function with the range that is asked for.",
    ),
    "scalar_only": Misconception(
        "It works for a single number and fails for several, as functions of `math`, `float` and `if` do.",
        "Use PyTorch's own functions, which work on every element of a tensor.",
    ),
    "bias_forgotten": Misconception(
        "The bias is left out.",
        "Try it with all inputs 0: what is left over then depends on the bias alone.",
    ),
    "bias_as_threshold": Misconception(
        "The bias is subtracted, as if it were a threshold to be passed.",
        "Compare with the formula: a larger bias should make a larger answer.",
    ),
    "bias_per_input": Misconception(
        "The bias is added once for every input.",
        "Add the products up first, and look at what happens once for the whole sum.",
    ),
    "bias_after_activation": Misconception(
        "The bias is added to what the activation function gives, not to what goes into it.",
        "Read the formula from the inside out: what is done first, what last?",
    ),
    "product_without_sum": Misconception(
        "Weights and inputs are multiplied, but the products are not added up before the next step.",
        "Each sample should come down to one number: look for what makes one number of D products.",
    ),
    "missing_nonlinearity": Misconception(
        "The activation function is missing: this is the weighted sum itself.",
        "Check which values can come out: a weighted sum can be any number.",
    ),
    "column_output": Misconception(
        "This is a column of shape (N, 1), and together with a tensor of shape (N,) it would make an (N, N) table.",
        "Print the shape after every step: one number a sample is the shape (N,), without a second axis.",
    ),
    "batch_axis_lost": Misconception(
        "With a single sample the axis of the samples is gone.",
        "Try a batch of one: `squeeze()` without a dimension removes every axis of length 1.",
    ),
    "mutates_input": Misconception(
        "A tensor that was passed in has changed.",
        "Operators such as `*=` and methods that end in an underscore work in place: make a new tensor.",
    ),
    "wrong_dtype": Misconception(
        "The type of the answer is not the one that is asked for.",
        "Read in the docstring which type is wanted, and print the type or dtype of what your code gives.",
    ),
    "strict_threshold_flipped": Misconception(
        "It makes a difference whether exactly at the threshold counts as above.",
        "Read in the docstring which side the threshold itself belongs to.",
    ),
    "threshold_ignored": Misconception(
        "This is the answer at a threshold of 0.5, whichever threshold is asked for.",
        "Look for where the function uses its argument `threshold`.",
    ),
    "probabilities_not_labels": Misconception(
        "These are the probabilities, not the labels.",
        "A label is one of 0 and 1: one step is still missing.",
    ),
    # 03_losses
}
