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
        "The bias counts once for every input: it is added to each product, or the products are averaged.",
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
    "inputs_left_out": Misconception(
        "Only the first inputs count: the others are left out.",
        "Call it with a larger D than the one that you tried: the formula adds up over all inputs.",
    ),
    "weights_forgotten": Misconception(
        "The inputs are added up as they are, without their weights.",
        "What happens to an input whose weight is negative?",
    ),
    "minus_one_for_0": Misconception(
        "The answer is -1 where 0 is asked for.",
        "Read in the docstring which two answers there are.",
    ),
    "always_the_same": Misconception(
        "The answer is the same for every sample.",
        "Print what is compared before it is compared: does it change from sample to sample?",
    ),
    "cut_off_too_early": Misconception(
        "Large numbers are cut off at a limit that still makes a difference.",
        "From which number on can the result no longer be told from its limit?",
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
    "root_taken": Misconception(
        "The root of the mean is taken: that is the root mean squared error.",
        "Which steps does the formula have after the mean?",
    ),
    "averaged_too_early": Misconception(
        "The errors are averaged first, so that those of opposite sign cancel.",
        "Write down the steps in the order of the formula: what is done to each error, and what to all of them?",
    ),
    "not_reduced": Misconception(
        "The mean over all elements is still to be taken: more than one number is left, or one in brackets.",
        "A loss is one number. Look at the shape that each step leaves.",
    ),
    "one_piece_for_all": Misconception(
        "One of the two pieces is used for all errors alike.",
        "The piece is to be chosen for each error by itself.",
    ),
    "divided_by_delta": Misconception(
        "This is the loss divided by delta, which some libraries call smooth L1.",
        "Put an error of 3 into your formula and into the one above, with delta = 2.",
    ),
    "max_over_the_rest": Misconception(
        "The largest is compared with the sum of the others, not with the sum of all.",
        "What should all the shares add up to?",
    ),
    "small_taken_for_none": Misconception(
        "Small errors are taken for no error at all.",
        "Compare with 0 itself: how small an error is depends on its unit.",
    ),
    "sigmoid_instead": Misconception(
        "Each logit goes through a sigmoid by itself; softmax weighs it against its row.",
        "What happens to the probability of one class when the logit of another grows?",
    ),
    "keepdim_forgotten": Misconception(
        "A number for each row lost its axis: of shape (N,), it is matched with the columns.",
        "Of which shape must the numbers of the rows be to fit a matrix of shape (N, C)?",
    ),
    "other_logarithm": Misconception(
        "The logarithm has another base than e.",
        "Which number has the logarithm 1?",
    ),
    "rows_not_paired": Misconception(
        "Whole rows or columns are taken where one element of each row is asked for.",
        "Which two indices does the element of row i have? Give both.",
    ),
    "target_ignored": Misconception(
        "The most probable class is taken, whichever the right one is.",
        "Where does the target appear in the formula?",
    ),
    "kept_off_too_far": Misconception(
        "p is kept off 0 and 1 by more than 1e-7, which cuts large losses off.",
        "What does a wrong answer of p = 0 cost with your limit?",
    ),
    "ends_left_out": Misconception(
        "Samples whose p is exactly 0 or 1 are left out of the mean.",
        "By how many samples is the sum divided?",
    ),
    # 04_backprop
    "forward_difference": Misconception(
        "The slope is taken between x and one side of it, not between the two sides.",
        "The formula calls f at x + h and at x - h.",
    ),
    "h_ignored": Misconception(
        "The value of h makes no difference.",
        "Where does h appear in the formula?",
    ),
    "half_step": Misconception(
        "Each element is moved by h / 2, so that the distance is h.",
        "Read in the docstring how far an element moves to either side.",
    ),
    "factor_two_forgotten": Misconception(
        "A factor of 2 is missing or one too many: from x - h to x + h it is a distance of 2h.",
        "Try it on f(x) = x, whose slope is 1.",
    ),
    "moved_together": Misconception(
        "All elements are moved at once, so that their slopes add up.",
        "Move one element at a time, and start each time from the unchanged x.",
    ),
    "autograd_used": Misconception(
        "It works only while PyTorch's autograd does the work, and here the gradient is to be worked out by hand.",
        "Use tensor arithmetic only: no backward(), no torch.autograd, no torch.func.",
    ),
    "weight_not_transposed": Misconception(
        "A weight matrix is used the wrong way round: transposed where it should not be, or the other way.",
        "Write the shapes under the formula, for a layer with 2 inputs and 3 outputs.",
    ),
    "factors_swapped": Misconception(
        "The factors of a matrix product stand in the wrong order.",
        "Write the shapes under the formula: in which order do the inner ones agree?",
    ),
    "gradient_transposed": Misconception(
        "The gradient is transposed.",
        "A gradient has the shape of what it belongs to: compare the two shapes.",
    ),
    "bias_not_summed": Misconception(
        "Every sample has its own gradient of the bias, but the bias is shared by all samples.",
        "What is used by several samples gets the sum of what they say.",
    ),
    "summed_over_outputs": Misconception(
        "The sum is over the outputs, not over the samples.",
        "Which axis do the samples lie on?",
    ),
    "summed_to_one_number": Misconception(
        "Everything is added up to one number.",
        "Add up over the samples only: how many biases are there?",
    ),
    "axis_kept": Misconception(
        "The axis of the samples is still there, with a length of 1.",
        "Print the shape after every step, and compare with the shape that is asked for.",
    ),
    "upstream_forgotten": Misconception(
        "This is the function's own slope: what arrives from behind is left out.",
        "The chain rule multiplies the local slope by `dout`.",
    ),
    "gradients_out_of_order": Misconception(
        "The gradients come in another order than the one that is asked for.",
        "Compare the return line with the docstring.",
    ),
    "n_missing": Misconception(
        "The loss is a mean, but its gradient is not divided by the number of elements.",
        "Compare the gradient of one sample with that of the same sample ten times.",
    ),
    "n_doubled": Misconception(
        "The gradient is divided by the number of samples or elements once more than the loss asks for.",
        "The mean is taken once, in the loss: which of your functions divide?",
    ),
    "mean_over_samples_only": Misconception(
        "The gradient is divided by the number of samples, but the mean is over every element.",
        "How many squares are there with N samples and M outputs?",
    ),
    "mask_from_wrong_tensor": Misconception(
        "What passes through ReLU is decided by the sign of the gradient, not of ReLU's own input.",
        "Where does the slope of ReLU depend on dout?",
    ),
    "mask_inverted": Misconception(
        "What should pass is stopped, and what should be stopped passes.",
        "Where is ReLU flat?",
    ),
    "value_instead_of_slope": Misconception(
        "What arrives is multiplied by the function's value, not by its slope.",
        "What is the slope of ReLU at z = 5?",
    ),
    "derivative_of_output": Misconception(
        "The sigmoid is applied to what is its output already.",
        "Say what the cache holds: the input of the sigmoid, or its output?",
    ),
    "tanh_derivative": Misconception(
        "This is the slope of tanh, or of something close to it.",
        "Differentiate the sigmoid once more, or compare with the formula at z = 0.",
    ),
    "factor_missing": Misconception(
        "Of the two factors of the sigmoid's slope one is missing.",
        "Where should the slope be 0: on one side only, or on both?",
    ),
    "slope_forgotten": Misconception(
        "The slope of an activation function is left out on the way back.",
        "Go through the forward pass in reverse: which function takes the gradient through each step?",
    ),
    "activations_swapped": Misconception(
        "The two activation functions have changed places, or one stands where the other should be.",
        "Read in the docstring which function is f and which is g, and which of them is inside.",
    ),
    "plus_sign": Misconception(
        "The step goes along the gradient: uphill.",
        "The gradient points to where the loss grows.",
    ),
    "lr_ignored": Misconception(
        "The learning rate makes no difference.",
        "Where does the learning rate appear in the formula of the step?",
    ),
    "nothing_returned": Misconception(
        "The answer is None: what was worked out is not returned.",
        "Look at the last line of the function, and at every way out of it.",
    ),
    "last_batch_dropped": Misconception(
        "Samples at the end of an epoch are left out: the last batch is smaller, but belongs to it.",
        "How many batches do 10 samples make in batches of 4?",
    ),
    "batch_size_as_count": Misconception(
        "The batch size is used as the number of batches.",
        "With 10 samples and a batch size of 2, how many batches are there?",
    ),
    "drawn_with_replacement": Misconception(
        "Samples are drawn anew for every batch: some come several times, others never.",
        "Shuffle all samples once, and deal them out.",
    ),
    "x_and_y_shuffled_apart": Misconception(
        "X and y are shuffled apart: the rows no longer belong together.",
        "Draw one order, and use it for both.",
    ),
    "no_shuffle": Misconception(
        "The samples come in the same order every time.",
        "What draws the order of the samples, and how often?",
    ),
    "batches_not_samples_shuffled": Misconception(
        "The batches are shuffled, but each holds neighbours.",
        "Shuffle the samples before they are cut into batches.",
    ),
    "generator_ignored": Misconception(
        "The order does not depend on the generator that is passed in.",
        "Which functions of PyTorch take a `generator`?",
    ),
    "order_repeats": Misconception(
        "Every epoch goes through the samples in the same order.",
        "When is the order drawn: once, or at the start of every epoch?",
    ),
    "simultaneous_update_violated": Misconception(
        "Some parameters move before the gradients of the others are worked out.",
        "Work out all gradients first, from the same parameters; then move all parameters.",
    ),
    "gradients_stale": Misconception(
        "Gradients are used that belong to parameters from before an earlier step.",
        "After each step the slopes are different: where are they worked out?",
    ),
    "whole_set_instead": Misconception(
        "The steps use all samples at once, not one batch.",
        "What goes into the gradient: X, or the batch?",
    ),
    "history_of_batches": Misconception(
        "The history holds losses of batches, not the loss over all samples after the epoch.",
        "Which samples does each number of the history come from, and which parameters?",
    ),
    "initial_loss_forgotten": Misconception(
        "The loss before training is missing.",
        "How many losses are there after 0 epochs?",
    ),
    "parameters_left_behind": Misconception(
        "The parameters that were passed in are still what they were.",
        "`name = ...` only gives a name something new: what it named before stays as it was.",
    ),
    "verdicts_swapped": Misconception(
        "Too small and too large have changed places.",
        "What does a loss do that barely moves, and what does one that grows?",
    ),
    "slow_called_good": Misconception(
        "A loss that hardly falls is called good.",
        "How much of the first loss may be left at the end?",
    ),
    "nan_unnoticed": Misconception(
        "A loss that is nan or inf goes unnoticed: every comparison with nan is False.",
        "Ask for such losses first, with a function made for it.",
    ),
    "absolute_threshold": Misconception(
        "The verdict depends on the unit of the loss.",
        "Compare with the first loss, not with a fixed number.",
    ),
    "minimum_judged": Misconception(
        "The verdict is by the lowest loss on the way, or by only a part of the history.",
        "Which losses does the docstring speak of?",
    ),
    "bump_called_divergence": Misconception(
        "A loss that rises for a while and then falls well below the first is called too large.",
        "Which losses does the docstring speak of?",
    ),
    "other_limit": Misconception(
        "The limit between two verdicts is not where the docstring puts it.",
        "Which share of the first loss is each verdict about?",
    ),
    "best_not_last": Misconception(
        "The parameters of the best epoch are kept, where those after the last one are asked for.",
        "Which loss of the history belongs to the parameters that you leave behind?",
    ),
    "other_words": Misconception(
        "The answer is none of the three words.",
        "Copy the words from the docstring, with the underscore.",
    ),
    "layers_swapped": Misconception(
        "The two layers have changed places.",
        "Read the formula from the inside out: which weights meet x?",
    ),
    "parameter_left_out": Misconception(
        "This is the step alone, without the parameter that it starts from.",
        "Where does the new parameter come from: the old one, and what?",
    ),
    "names_fixed": Misconception(
        "It works for certain names only, whichever keys come in.",
        "Go over the keys of the dict that is passed in.",
    ),
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
    "off_by_one_size": Misconception(
        "There is one place too few: the first or the last one is not counted.",
        "Draw 5 pixels and a kernel of 3, and count its places.",
    ),
    "ceil_for_floor": Misconception(
        "The size is rounded up, so that the last window hangs over the edge.",
        "A window that does not fit whole is dropped: which way does that round?",
    ),
    "one_before_dividing": Misconception(
        "The 1 is added before dividing by the stride, where it may get lost in rounding or count for more.",
        "Which place is there before the first move, whatever the stride?",
    ),
    "one_sided_padding": Misconception(
        "Padding is missing on some of the sides.",
        "How many sides does a row have, and how many an image?",
    ),
    "padding_ignored": Misconception(
        "The padding makes no difference.",
        "Look for where the function uses its argument `padding`.",
    ),
    "padding_not_zero": Misconception(
        "The pixels that are padded are not zeros.",
        "Read in the docstring what is put around the image.",
    ),
    "padding_counted": Misconception(
        "Padding is counted as if it let an answer see more of the image.",
        "Does padding change which pixels lie under a kernel in the middle of the image?",
    ),
    "stride_ignored": Misconception(
        "The stride makes no difference, or not everywhere that it should.",
        "Look for every place where the function should use the stride, down and across.",
    ),
    "stride_too_early": Misconception(
        "A layer's stride already counts for the layer itself, although only later layers step over what it skips.",
        "Try a single layer with a stride of 2: how many pixels does one of its answers see?",
    ),
    "dilation_ignored": Misconception(
        "The dilation makes no difference.",
        "Mark the pixels that a kernel of 3 with a dilation of 2 looks at.",
    ),
    "dilation_times_kernel": Misconception(
        "The dilated kernel is taken to cover dilation times kernel pixels, but there are fewer gaps than weights.",
        "How many gaps are there between 3 weights?",
    ),
    "gaps_not_strided": Misconception(
        "The gaps of a dilated kernel are counted in pixels of the image, though a stride before it makes them wider.",
        "How many pixels of the image lie between two neighbours of this layer?",
    ),
    "kernels_added": Misconception(
        "The kernels' sizes are added up, as if each layer looked at pixels of its own.",
        "Two layers of 3: which pixels does the middle answer of the second see, and which are seen twice?",
    ),
    "kernels_multiplied": Misconception(
        "The kernels' sizes are multiplied, as if windows of neighbours did not overlap.",
        "Two layers of 3: which pixels does the middle answer of the second see, and which are seen twice?",
    ),
    "library_call": Misconception(
        "The exercise is to be written by hand.",
        "Take one window at a time in a loop, or unfold all windows and multiply.",
    ),
    "flipped_kernel": Misconception(
        "The kernel is turned around: its left side meets the right side of the window, or its top the bottom.",
        "Which weight should meet the top left pixel of the window?",
    ),
    "bias_per_pixel": Misconception(
        "The bias is added several times for one answer: once for every pixel or channel of the window.",
        "Add the products up first; the bias joins the sum once.",
    ),
    "bias_on_wrong_axis": Misconception(
        "The bias is spread along the width or height, not along the filters.",
        "Broadcasting lines axes up from the right: which shape puts F in the place of the channels?",
    ),
    "window_averaged": Misconception(
        "The products of a window are averaged, not added up.",
        "Compare with the formula: is anything divided by?",
    ),
    "channels_averaged": Misconception(
        "The channels are averaged, not added up.",
        "Compare with the formula: is anything divided by?",
    ),
    "first_channel_only": Misconception(
        "Only the first channel counts.",
        "Which axis of the window holds the channels, and what happens along it?",
    ),
    "filters_and_channels_swapped": Misconception(
        "The axes of filters and channels of the weights have changed places.",
        "Weights have the shape (F, C, kh, kw): print it beside that of the window.",
    ),
    "square_only": Misconception(
        "It works only where height and width are alike: they are mixed up, or one is used for both.",
        "Give the height, the width and both sides of the kernel a name of their own, and follow each.",
    ),
    "odd_only": Misconception(
        "It works only for kernels with a middle, those of 3, 5 or 7 pixels.",
        "Which side of a kernel of 2 pixels does your code lean to?",
    ),
    "edge_transposed": Misconception(
        "The kernel answers to edges between rows, not between columns.",
        "Which neighbours does it compare: left and right, or above and below?",
    ),
    "second_derivative": Misconception(
        "Both sides count alike, so that it answers with both signs on either kind of edge.",
        "Which sign should a pixel on the left have, and which one on the right?",
    ),
    "kernel_sum_not_zero": Misconception(
        "The weights do not sum to 0, so that brightness alone makes an answer.",
        "What does the kernel answer where nine pixels are equal?",
    ),
    "rows_not_balanced": Misconception(
        "The weights sum to 0 as a whole, but not in every row.",
        "Look at one row of the kernel: what does it make of three equal pixels?",
    ),
    "maximum_starts_at_zero": Misconception(
        "A window of negative numbers gives 0.",
        "What does your maximum start from, and what is padded or left in a new tensor?",
    ),
    "average_for_maximum": Misconception(
        "This is the mean of each window, not its maximum.",
        "Which one number of the window should be kept?",
    ),
    "channels_pooled": Misconception(
        "One maximum is taken over all channels.",
        "Which axes belong to the window, and which should stay?",
    ),
    "tensors_counted": Misconception(
        "Parameters are counted as tensors, but a tensor holds many numbers.",
        "How many numbers are in a weight of shape (8, 3, 5, 5)?",
    ),
    "some_parameters_only": Misconception(
        "Only layers of some kinds, or parameters of some names, are counted.",
        "Which method of a model gives all of its parameters, whatever they are called?",
    ),
    "rows_counted": Misconception(
        "Only the first axis of each parameter is counted.",
        "`len` of a tensor is the length of its first axis: what tells how many numbers it holds?",
    ),
    "buffers_counted": Misconception(
        "Buffers such as running means are counted, which no training changes by a gradient.",
        "What does `state_dict()` hold that `parameters()` does not?",
    ),
    "frozen_left_out": Misconception(
        "Frozen parameters are left out.",
        "Read in the docstring which parameters count.",
    ),
    "direct_layers_only": Misconception(
        "Parameters of layers within layers are left out.",
        "What does your loop do with a Sequential inside a Sequential?",
    ),
    "shared_counted_twice": Misconception(
        "A parameter that two layers share is counted twice.",
        "Which method of a model gives every parameter exactly once?",
    ),
    "bias_counted": Misconception(
        "Biases are counted, but these convolutions have none.",
        "Look for `bias=False` in the printed block.",
    ),
    "batch_norm_forgotten": Misconception(
        "The parameters of the batch norms are missing.",
        "Which layers of the printed block besides the convolutions learn something?",
    ),
    "half_a_batch_norm": Misconception(
        "A batch norm is counted with one parameter a channel.",
        "What does it do to a channel after dividing by its standard deviation?",
    ),
    "shortcut_forgotten": Misconception(
        "The shortcut's parameters are missing.",
        "What does `downsample` hold in the printed block?",
    ),
    "shortcut_always": Misconception(
        "A shortcut is counted where there is none with parameters.",
        "When does a block need to change the number of channels on its shortcut?",
    ),
    "shortcut_like_the_others": Misconception(
        "The shortcut's convolution is counted with 3 by 3 weights.",
        "Look at its kernel_size in the printed block.",
    ),
    "second_layer_from_input": Misconception(
        "The second convolution is counted as if it took the block's input.",
        "How many channels come out of the first convolution?",
    ),
    "flatten_includes_batch": Misconception(
        "The axis of the images is flattened too, so that all images become one row.",
        "From which axis on should flattening begin?",
    ),
    "hardcoded_in_features": Misconception(
        "The linear layer fits one image size only.",
        "Compute from image_size how many numbers are left of an image after the last pooling.",
    ),
    "hardcoded_channels": Misconception(
        "The first convolution fits one number of channels only.",
        "Where does the model use in_channels?",
    ),
    "hardcoded_classes": Misconception(
        "The model always has the same number of classes.",
        "Where does the model use n_classes?",
    ),
    "layer_unused": Misconception(
        "A layer was made whose parameters have no effect on the answer.",
        "Follow the image through forward: which layer does it never meet, or where is it detached?",
    ),
    "no_convolution": Misconception(
        "No convolution that looks at neighbours is among the model's layers.",
        "What does a linear layer know about which pixels are neighbours?",
    ),
    "activation_on_logits": Misconception(
        "The logits pass through an activation that bounds them or cuts off negative numbers.",
        "Which values may a logit have?",
    ),
    "images_mixed": Misconception(
        "The images of a batch are mixed, or something random stays on in evaluation mode.",
        "Print the shape after flattening; and does every dropout know self.training?",
    ),
    "softmax_before_ce": Misconception(
        "Softmax comes before the cross-entropy, which applies it by itself: the gradients get small and bent.",
        "What does F.cross_entropy expect: probabilities or logits?",
    ),
    "no_zero_grad": Misconception(
        "The gradients of earlier batches are still in the sum.",
        "backward adds to what is in .grad: what should be there before it?",
    ),
    "zero_grad_after_backward": Misconception(
        "The gradients are set to zero between backward and the step.",
        "Put the calls in the order in which the gradients are made, used and forgotten.",
    ),
    "no_step": Misconception(
        "The optimizer never takes a step.",
        "Who changes the weights once the gradients are known?",
    ),
    "return_in_loop": Misconception(
        "Training ends too early: after the first round of the loop.",
        "Look at the indentation of the return.",
    ),
    "first_batch_only": Misconception(
        "Only the first batch of every epoch is used.",
        "What does your inner loop run over?",
    ),
    "momentum_forgotten": Misconception(
        "The steps have no momentum.",
        "Which value does the optimizer take for momentum when nothing is said?",
    ),
    "optimizer_per_epoch": Misconception(
        "The optimizer is made anew for every epoch, and forgets its momentum.",
        "Where should the optimizer be made, so that it remembers?",
    ),
    "binary_loss": Misconception(
        "Every class is judged on its own, as in a binary problem.",
        "The classes exclude each other: which loss makes them compete?",
    ),
    "train_mode_forgotten": Misconception(
        "The model stays in evaluation mode, in which batch norm uses old statistics and dropout is off.",
        "Which method of a model says that training begins?",
    ),
    "unweighted_batch_mean": Misconception(
        "The mean of the batches' losses counts a small last batch like a full one.",
        "How many images does each loss stand for?",
    ),
    "last_batch_only": Misconception(
        "This is the loss of the last batch, not of the epoch.",
        "What happens to the losses of the other batches?",
    ),
    "loss_per_batch": Misconception(
        "There is a loss for every batch, not one for every epoch.",
        "Where should the list grow: in the inner or in the outer loop?",
    ),
    "total_never_reset": Misconception(
        "The losses of earlier epochs are still in the sum.",
        "Where should the sum start from 0 again?",
    ),
    "divided_twice": Misconception(
        "Each loss is already a mean over its batch, and their sum is divided by the number of images again.",
        "Multiply each loss by what it was divided by before adding up.",
    ),
    "history_of_tensors": Misconception(
        "A loss that stays a tensor keeps its whole graph in memory.",
        "Which method makes a Python number of a tensor of shape ()?",
    ),
    # 05_pytorch
    "randomness_added": Misconception(
        "Something random, such as dropout, is part of every call.",
        "Which part of your network is not among those that are asked for?",
    ),
    "stops_early": Misconception(
        "Training ends before the steps that were asked for are made.",
        "Does anything end the loop when the answers are right or the loss is small?",
    ),
    # 06_training
    "whole_dataset_as_item": Misconception(
        "One index gives all samples, not one of them.",
        "Look for where the index `i` is used.",
    ),
    "not_scaled": Misconception(
        "The pixels are not brought to the range that is asked for.",
        "Print the smallest and the largest pixel before and after.",
    ),
    "scaled_by_255": Misconception(
        "The pixels are divided by 255, but their largest value is another one here.",
        "Print the largest pixel of the data before you scale it.",
    ),
    "scaled_by_own_range": Misconception(
        "The pixels are scaled by the smallest or largest of these very images, so that others are scaled differently.",
        "Which number stands for white in every image, however dark it is?",
    ),
    "channel_missing": Misconception(
        "The axis of the channel is missing.",
        "An image has a channel, a height and a width: which of the three axes is not there?",
    ),
    "flattened_image": Misconception(
        "The image has become one row of numbers.",
        "Keep height and width: a layer of the network can flatten later.",
    ),
    "loaders_swapped": Misconception(
        "The loaders of training and test data have changed places.",
        "Compare the order of the two with the one in the docstring.",
    ),
    "batch_size_ignored": Misconception(
        "The batches do not have the size that is asked for.",
        "Look for where `batch_size` is used.",
    ),
    "shuffled_once": Misconception(
        "The order is drawn once, and every epoch sees the same batches.",
        "Go through the loader twice and compare.",
    ),
    "test_shuffled": Misconception(
        "The test data are shuffled as well.",
        "Which of the two loaders needs another order in every epoch?",
    ),
    "generator_required": Misconception(
        "Without a generator, None is used as if it were one.",
        "What should the training loader shuffle with when `generator` is None?",
    ),
    "accelerator_overlooked": Misconception(
        "There is an accelerator, and the CPU is chosen.",
        "Look for the function that says whether an accelerator is available.",
    ),
    "hardcoded_cuda": Misconception(
        "A device is named without asking whether it is there, so the code runs on some machines only.",
        "Where the caller names a device, use that one; where you choose it, ask first what is available.",
    ),
    "mean_not_subtracted": Misconception(
        "The mean is not subtracted.",
        "Which value should an input have that is exactly the mean?",
    ),
    "std_ignored": Misconception(
        "The standard deviation makes no difference.",
        "Look for where `std` is used.",
    ),
    "multiplied_by_std": Misconception(
        "The difference is multiplied by the standard deviation.",
        "Should a larger spread make the result larger or smaller?",
    ),
    "variance_for_std": Misconception(
        "The standard deviation is squared.",
        "Is it the variance that is passed in?",
    ),
    "own_statistics": Misconception(
        "Mean and standard deviation are computed from the input, not taken from the arguments.",
        "Every batch should be normalised with the same numbers.",
    ),
    "tensor_not_buffer": Misconception(
        "A plain tensor attribute is no part of its module: it is neither moved nor saved with it.",
        "Look up how a module registers a tensor that is not trained.",
    ),
    "buffer_as_parameter": Misconception(
        "What is registered as a parameter is changed by training.",
        "Look up how a module registers a tensor that is not trained.",
    ),
    "buffer_not_saved": Misconception(
        "The numbers move with the module but are not saved with it.",
        "Which options does `register_buffer` have?",
    ),
    "backward_forgotten": Misconception(
        "No gradients are computed: the backward pass is missing.",
        "Which call fills `parameter.grad`?",
    ),
    "step_before_backward": Misconception(
        "The optimizer makes its step before the gradients of this batch are there.",
        "Say after each line what is in `parameter.grad`.",
    ),
    "step_after_loop": Misconception(
        "Only the last batch leads to a step.",
        "How many steps should an epoch of six batches have? Check the indentation.",
    ),
    "one_step_an_epoch": Misconception(
        "The gradients of all batches add up to a single step.",
        "How many steps should an epoch of six batches have? Check the indentation.",
    ),
    "return_forgotten": Misconception(
        "The function ends without returning anything.",
        "Read in the docstring what is returned.",
    ),
    "eval_mode_forgotten": Misconception(
        "The model is measured in training mode: dropout is on, and batch normalisation learns from the test data.",
        "Which method of a module switches its mode for evaluation?",
    ),
    "grad_in_evaluation": Misconception(
        "PyTorch keeps the graph for gradients that nobody asks for: it costs memory and time.",
        "Look up the context managers that switch gradients off.",
    ),
    "loss_of_last_batch": Misconception(
        "This is the loss of the last batch alone.",
        "Look for where the losses of the other batches are added.",
    ),
    "last_batch_as_full": Misconception(
        "The last batch is counted as if it were as large as the others.",
        "Ask each batch for its own size, and add the sizes up.",
    ),
    "optimizer_ignored": Misconception(
        "The steps are not those of the optimizer that is passed in, which may do more than rate times gradient.",
        "Which method of the optimizer makes its step?",
    ),
    "loss_fn_ignored": Misconception(
        "The loss is not the one that is passed in.",
        "Look for where `loss_fn` is used.",
    ),
    "learning_rate_changed": Misconception(
        "The learning rate is changed here, though nothing asks for that.",
        "Whose task is it to lower the learning rate?",
    ),
    "input_reshaped": Misconception(
        "The inputs reach the model in another shape than that in which the loader gives them.",
        "A convolution needs all axes of its input: leave flattening to the model.",
    ),
    "gradients_left_off": Misconception(
        "Gradients are switched off and not switched on again: what trains afterwards fails, or stands still.",
        "What switches gradients off for one block of code only?",
    ),
    "losses_over_samples": Misconception(
        "A sum of the batches' means is divided by the number of samples.",
        "The loss of a batch is a mean already: multiply before you divide, or divide by another number.",
    ),
    "samples_over_batches": Misconception(
        "A sum over samples is divided by the number of batches.",
        "How many things were added up?",
    ),
    "losses_summed": Misconception(
        "The losses are added up and not divided.",
        "How many losses were added up?",
    ),
    "loss_after_update": Misconception(
        "The loss is computed again after the step.",
        "The loss that the gradients came from is the one to return.",
    ),
    "mean_of_all_steps": Misconception(
        "This is the mean of the losses of all steps.",
        "Which step's loss tells whether the batch has been learnt?",
    ),
    "steps_miscounted": Misconception(
        "The number of steps is not the one that is asked for.",
        "Count the calls of `optimizer.step()` for `steps=1`.",
    ),
    "percent_not_share": Misconception(
        "This is a percentage, not a share.",
        "Which range should the accuracy have?",
    ),
    "count_not_share": Misconception(
        "This is the number of hits, not their share.",
        "Which range should the accuracy have?",
    ),
    "error_not_accuracy": Misconception(
        "This is the share of mistakes.",
        "What should come out for a network that is always right?",
    ),
    "results_swapped": Misconception(
        "The two results have changed places.",
        "Compare their order with the one in the docstring.",
    ),
    "train_accuracy_as_test": Misconception(
        "What is called test loss and test accuracy was measured on the training data.",
        "Which of the two loaders goes into which function?",
    ),
    "evaluated_before_training": Misconception(
        "The test values are those from before the epoch's training.",
        "In which order do training and measuring follow each other?",
    ),
    "epochs_miscounted": Misconception(
        "The number of epochs is not the one that is asked for.",
        "Count the rounds for `epochs=1`; does anything end the loop early?",
    ),
    "weights_put_back": Misconception(
        "The weights at the end are those of an earlier epoch.",
        "Read in the docstring what fit does besides training and measuring.",
    ),
    "last_value_only": Misconception(
        "Every epoch overwrites the value of the one before.",
        "Keep a list, and append to it.",
    ),
    "scheduler_before_optimizer": Misconception(
        "The scheduler steps before the epoch's training, so that the first learning rate is never used.",
        "In which order should `optimizer.step()` and `scheduler.step()` come?",
    ),
    "scheduler_per_batch": Misconception(
        "The scheduler steps after every batch, so that the learning rate falls much too fast.",
        "How many times should the scheduler step in an epoch?",
    ),
    "scheduler_ignored": Misconception(
        "The scheduler never steps, and the learning rate stays what it is.",
        "Look for where `scheduler` is used.",
    ),
    "scheduler_required": Misconception(
        "Without a scheduler, None is used as if it were one.",
        "What should happen at the end of an epoch when `scheduler` is None?",
    ),
    "lr_read_after_step": Misconception(
        "The learning rate is read after the scheduler has changed it: it is that of the next epoch.",
        "At which moment is the learning rate the one that the epoch was trained with?",
    ),
    "model_not_moved": Misconception(
        "The model is still on the CPU, while the data are on the device.",
        "Print the device of a parameter of the model before the loop.",
    ),
    "batch_not_moved": Misconception(
        "The inputs are still on the CPU, while the model is on the device.",
        "Print `x.device` in the loop, before the forward pass.",
    ),
    "target_not_moved": Misconception(
        "The targets are still on the CPU, while the outputs are on the device.",
        "Print `y.device` in the loop, before the loss.",
    ),
    "unassigned_to": Misconception(
        "`tensor.to(device)` leaves the tensor where it is and returns the copy, unlike the `to` of a module.",
        "Give the result of `.to(device)` a name.",
    ),
    "device_ignored": Misconception(
        "The argument `device` does not decide where the work is done.",
        "Look for where `device` is used, and whether it is the argument.",
    ),
    "cpu_in_loop": Misconception(
        "More is moved between CPU and accelerator in the loop than need be, and each time one waits for the other.",
        "Move what stays the same once, before the loop, and leave results on the device until they are needed.",
    ),
    "numpy_on_device": Misconception(
        "NumPy reads the CPU's memory only, so this works on the CPU and nowhere else.",
        "Compute with PyTorch as long as numbers are on the device, and make a Python number of the result.",
    ),
    "constant_on_cpu": Misconception(
        "A tensor that the code makes itself is on the CPU, while the rest is on the device.",
        "A tensor can be made on a device from the start: look for where it is made.",
    ),
    # 09_cnn
}
