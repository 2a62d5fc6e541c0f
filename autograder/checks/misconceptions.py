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
    "last_batch_dropped": Misconception(
        "The last, smaller batch is left out.",
        "Count the samples in all batches, for a number of samples that the batch size does not divide.",
    ),
    "no_shuffle": Misconception(
        "Every epoch sees the same batches in the same order.",
        "Which option of the loader changes the order?",
    ),
    "shuffled_once": Misconception(
        "The order is drawn once, and every epoch sees the same batches.",
        "Go through the loader twice and compare.",
    ),
    "test_shuffled": Misconception(
        "The test data are shuffled as well.",
        "Which of the two loaders needs another order in every epoch?",
    ),
    "generator_ignored": Misconception(
        "The order of the samples is not drawn from the generator.",
        "Look for where `generator` is used.",
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
    "no_zero_grad": Misconception(
        "The gradients of earlier batches are still there and add up.",
        "What is in `parameter.grad` when the second backward pass begins?",
    ),
    "zero_grad_after_backward": Misconception(
        "The gradients are set to zero between the backward pass and the step, which then has nothing to work with.",
        "Say after each line what is in `parameter.grad`.",
    ),
    "no_step": Misconception(
        "The gradients are computed, but the optimizer never makes a step.",
        "Which call changes the weights?",
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
    "return_in_loop": Misconception(
        "This is what comes out after the first batch or step: the loop ends there.",
        "Check the indentation of `return`.",
    ),
    "return_forgotten": Misconception(
        "The function ends without returning anything.",
        "Read in the docstring what is returned.",
    ),
    "train_mode_forgotten": Misconception(
        "The model is trained in the mode in which it came: here in evaluation mode.",
        "Which method of a module switches its mode for training?",
    ),
    "eval_mode_forgotten": Misconception(
        "The model is measured in training mode: dropout is on, and batch normalisation learns from the test data.",
        "Which method of a module switches its mode for evaluation?",
    ),
    "grad_in_evaluation": Misconception(
        "PyTorch keeps the graph for gradients that nobody asks for: it costs memory and time.",
        "Look up the context managers that switch gradients off.",
    ),
    "unweighted_batch_mean": Misconception(
        "Every batch counts the same, so that the samples of a smaller last batch count more.",
        "Weigh each batch with its number of samples.",
    ),
    "loss_of_last_batch": Misconception(
        "This is the loss of the last batch alone.",
        "Look for where the losses of the other batches are added.",
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
    "history_of_tensors": Misconception(
        "The history keeps tensors: each holds on to memory of its device, and some to a whole graph for gradients.",
        "`.item()` makes a number of a tensor of shape ().",
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
}
