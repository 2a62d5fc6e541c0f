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
    "sum_not_mean": Misconception(
        "This is a sum where a mean is asked for: it grows with the number of elements.",
        "Divide by the number of elements, or let PyTorch take the mean.",
    ),
    "mean_not_sum": Misconception(
        "The share is taken of the mean, not of the sum.",
        "What should all the shares add up to?",
    ),
    "half_factor": Misconception(
        "A factor of one half is in the wrong place: too many or too few.",
        "Compare your formula with the one above, for a single error of 1.",
    ),
    "square_forgotten": Misconception(
        "The errors are not squared.",
        "What does an error of -2 contribute?",
    ),
    "absolute_forgotten": Misconception(
        "Negative errors count as negative: they cancel the positive ones.",
        "What does an error of -2 contribute?",
    ),
    "absolute_instead": Misconception(
        "This is the mean of the absolute errors.",
        "Which function of the error is asked for here?",
    ),
    "squared_instead": Misconception(
        "This is the mean of the squared errors.",
        "Which function of the error is asked for here?",
    ),
    "broadcast_matrix": Misconception(
        "Shapes (N, 1) and (N,) broadcast to an N by N matrix: every prediction meets every target.",
        "Compare the two shapes first, and raise ValueError when they differ.",
    ),
    "pieces_do_not_meet": Misconception(
        "The two pieces do not meet at delta: the loss jumps there.",
        "Put an error of exactly delta into both pieces.",
    ),
    "pieces_swapped": Misconception(
        "The two pieces are swapped: small errors are treated as large ones.",
        "Which piece is for errors within delta?",
    ),
    "delta_ignored": Misconception(
        "The value of delta makes no difference.",
        "Where does delta appear in the formula?",
    ),
    "division_by_zero": Misconception(
        "A sum of 0 is divided by.",
        "Treat the case in which there is nothing to divide by on its own.",
    ),
    "softmax_wrong_dim": Misconception(
        "The columns are normalised, not the rows: samples share a probability of 1.",
        "Each row is one sample. Over which dimension should it sum to 1?",
    ),
    "softmax_over_everything": Misconception(
        "All elements together sum to 1, not each row.",
        "Each row is one sample and should sum to 1 by itself.",
    ),
    "double_softmax": Misconception(
        "Softmax or sigmoid is applied twice: what comes in has been made probabilities already.",
        "Say after each line whether it holds logits, probabilities or logarithms.",
    ),
    "logarithm_instead": Misconception(
        "A logarithm stands where there should be none, or the other way round.",
        "Say after each line whether it holds logits, probabilities or logarithms.",
    ),
    "logarithm_forgotten": Misconception(
        "These are the probabilities themselves, not their logarithms.",
        "Which range does a logarithm of a probability have?",
    ),
    "no_max_shift": Misconception(
        "exp overflows to inf for large logits, and inf divided by inf is nan.",
        "Subtracting the same number from every logit of a row does not change its softmax.",
    ),
    "shift_by_one_maximum": Misconception(
        "One maximum for all rows leaves rows in which every exponential is 0, and 0 divided by 0 is nan.",
        "Which row does the maximum belong to?",
    ),
    "sum_overflows": Misconception(
        "The sum of the exponentials overflows to inf before its logarithm is taken.",
        "Take the largest logit out of the sum first, or look for a function that does.",
    ),
    "log_of_zero": Misconception(
        "The logarithm of a probability that became 0, or was cut off near 0, is no longer exact or even finite.",
        "Stay away from log(0): keep probabilities off 0, or work with logarithms from the start.",
    ),
    "missing_negative_term": Misconception(
        "Samples with label 0 cost nothing: the term for them is missing.",
        "What should a sample with y = 0 cost when p is 0.99?",
    ),
    "labels_swapped": Misconception(
        "The labels 0 and 1 have changed places.",
        "What should a sample with y = 1 cost when p is 0.99?",
    ),
    "probabilities_as_logits": Misconception(
        "Logits and probabilities are mixed up: one is used as if it were the other.",
        "Which range do the values have that come in, and which does the formula expect?",
    ),
    "onehot_expected": Misconception(
        "The targets are class numbers, but the code uses them as if they were one-hot rows.",
        "Use the class number to pick one element of each row.",
    ),
    "mean_over_classes": Misconception(
        "The mean is over all N times C elements, but each sample counts once.",
        "How many numbers are left after one has been picked from every row?",
    ),
    "shapes_made_to_fit": Misconception(
        "Shapes that differ are made to fit, or only some of them are refused.",
        "Compare the two shapes as a whole before anything else, and refuse every pair that differs.",
    ),
    # 05_pytorch
    "plain_list_of_layers": Misconception(
        "A plain list, tuple or dict hides the layers in it: the module does not know of their parameters.",
        "Assign each layer to `self`, or look up which list PyTorch has for modules.",
    ),
    "missing_super_init": Misconception(
        "The module's registers do not exist yet: nn.Module's own constructor has not run.",
        "What has to be the first line of `__init__` in a class that is derived from another?",
    ),
    "tensor_not_parameter": Misconception(
        "A tensor that is assigned to a module is only an attribute; the module does not count it as a parameter.",
        "Look up which class of `torch.nn` makes a parameter of a tensor.",
    ),
    "layers_not_registered": Misconception(
        "Layers are made anew in each call, or are kept where the module does not find them.",
        "Make the layers in `__init__`, assign each to `self`, and only use them in `forward`.",
    ),
    "units_alike": Misconception(
        "Units with the same weights get the same gradients, so they stay alike for ever.",
        "Start from random weights, as PyTorch's layers do by themselves.",
    ),
    "hidden_activation_missing": Misconception(
        "There is no activation function between the two layers: together they are a single linear layer.",
        "Read the formula from the inside out: what happens to W1 x + b1?",
    ),
    "other_activation": Misconception(
        "The hidden units have an activation function that is not one of those that are asked for.",
        "Read in the docstring which activation functions may be used.",
    ),
    "output_squashed": Misconception(
        "The output unit has the hidden units' activation function: some logits can never come out.",
        "Read the formula from the inside out: what happens to the weighted sum of the output unit?",
    ),
    "softmax_over_one": Misconception(
        "Softmax over a single number is always 1.",
        "Softmax shares 1 among several classes: which function makes a probability of one logit?",
    ),
    "weight_not_transposed": Misconception(
        "The two axes of a weight matrix are mixed up.",
        "Write down the shapes of both factors and of their product, and see which of them has to be turned.",
    ),
    "update_inside_graph": Misconception(
        "The update is recorded as if it were a part of the network.",
        "Nothing is recorded inside `torch.no_grad()`: change the leaves there, in place.",
    ),
    "graph_reused": Misconception(
        "The graph of a loss can be walked back once; then what it had kept is gone.",
        "Compute the loss anew in every step.",
    ),
    "detached_loss": Misconception(
        "The loss is cut off from the parameters, as `.item()`, `.detach()`, `.data`, `torch.tensor(...)` and "
        "`no_grad` do.",
        "Follow the graph back from the loss: at which line is `requires_grad` lost?",
    ),
    "grad_not_zeroed": Misconception(
        "Gradients of earlier steps are still in `.grad`, and the new ones were added to them.",
        "Empty the gradients once in every step.",
    ),
    "gradients_erased": Misconception(
        "The gradients are emptied after they were computed and before they are used.",
        "Put the five lines of a training step into an order in which every one has what it needs.",
    ),
    "nothing_updated": Misconception(
        "The parameters are as they were: what was computed did not reach them.",
        "`w = w - ...` gives a name to a new tensor; look for the line that changes the parameters themselves.",
    ),
    "part_not_updated": Misconception(
        "Some of the parameters were updated, the others are as they were.",
        "Compare each parameter before and after a step.",
    ),
    "plus_sign": Misconception(
        "The step goes up the slope: the loss grows.",
        "Which sign does the gradient have where the loss grows with the weight?",
    ),
    "learning_rate_ignored": Misconception(
        "The learning rate that is asked for makes no difference.",
        "Look for where the function uses its argument `lr`.",
    ),
    "momentum_added": Misconception(
        "The step also holds nine tenths of the step before: that is momentum.",
        "Plain gradient descent uses the newest gradient only.",
    ),
    "other_optimizer": Misconception(
        "This is a step of another optimizer, which scales the gradients.",
        "Which optimizer is asked for?",
    ),
    "one_sample_at_a_time": Misconception(
        "A step is taken for every sample, not one for the whole batch.",
        "How many steps does a batch of N samples ask for?",
    ),
    "one_step_only": Misconception(
        "It stops after the first step, or returns the last loss only.",
        "Look at how far `return` is indented, and at what is collected on the way.",
    ),
    "loss_after_the_step": Misconception(
        "This is the loss after the step.",
        "Keep the loss that `backward` was called on.",
    ),
    "reinitialises_model": Misconception(
        "The model that was passed in is not the one that is used, or it starts anew.",
        "Look for every place where a model or its weights are made: the caller has made one already.",
    ),
    "sigmoid_then_logits_loss": Misconception(
        "This loss applies the sigmoid itself, and its input has been through a sigmoid already.",
        "Say after each line whether it holds logits or probabilities.",
    ),
    "logits_into_bce": Misconception(
        "This loss takes probabilities and was given logits, which may be any number.",
        "Say after each line whether it holds logits or probabilities.",
    ),
    "target_shape_or_dtype": Misconception(
        "The answers and the labels do not have the same shape and dtype, as the loss needs them.",
        "Print shape and dtype of both just before the loss.",
    ),
    "labels_not_probabilities": Misconception(
        "These are labels, or rounded probabilities.",
        "How sure is the model? That is what the answer should still tell.",
    ),
    "graph_kept": Misconception(
        "The answer still holds on to the graph that it was made with.",
        "Nothing is recorded inside `torch.no_grad()`.",
    ),
}
